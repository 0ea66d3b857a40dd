import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { defineShape } from '../../src/scenario/load-shape.ts'
import { noCounts } from '../../src/engine/snapshot.ts'
import { defineUser } from '../../src/scenario/user.ts'
import { LoadAtWork, type LoadOptions, open } from './load.ts'
import { loopback } from './loopback.ts'

const visitor = defineUser({ tasks: { home: ({ http }) => http.get('/') } })

/** What was scheduled is all that became of it, exactly. */
function assertAccounted({ counts, stats }: LoadAtWork): void {
  assert.equal(counts.scheduled, stats.count + counts.missed + counts.interrupted)
}

async function run(t: TestContext, host: string, options: Omit<LoadOptions, 'users'>): Promise<LoadAtWork> {
  const atWork = new LoadAtWork(t, host, { users: { visitor }, ...options })
  await atWork.ended
  return atWork
}

test('even arrivals: exactly as many as the rate and the time say', async (t) => {
  const { host, seen } = await loopback(t)
  const atWork = await run(t, host, { load: open({ arrivalsPerSecond: 400, durationMs: 500 }) })
  assertAccounted(atWork)
  assert.equal(atWork.counts.scheduled, 200)
  assert.equal(seen.length, atWork.stats.count)
})

test('several workers admit each arrival once, whatever their number', async (t) => {
  for (const workers of [1, 3]) {
    const { host, seen } = await loopback(t)
    const load = open({ arrivalsPerSecond: 500, spacing: 'poisson', durationMs: null, iterations: 100 })
    const user = defineUser({
      tasks: { buy: ({ http, random, id }) => http.get(`/${random.integer(0, 1e9)}?${id}`) },
    })
    const all = Array.from({ length: workers }, (_, worker) => {
      return new LoadAtWork(t, host, { load, users: { user }, share: { worker, of: workers } })
    })
    await Promise.all(all.map(({ ended }) => ended))
    const payloads = seen.map((line) => line.replace(/\?.*/, '')).toSorted()
    assert.equal(new Set(payloads).size, 100)
    // The same choices for each arrival, by one worker as by three.
    first ??= payloads
    assert.deepEqual(payloads, first)
  }
})
let first: string[] | undefined

test('who finds as many at work as may be waits, and the wait counts', async (t) => {
  const { host, seen } = await loopback(t, (_, reply) => void setTimeout(50).then(() => reply.end('ok')))
  const load = open({ arrivalsPerSecond: 100, iterations: 10, maxUsers: 1 })
  const atWork = await run(t, host, { load })
  assertAccounted(atWork)
  assert.equal(seen.length, 10)
  // The last is due after 90 ms, and 500 ms have to pass before it is answered.
  assert.ok(atWork.stats.all().maxMs! >= 400, `${atWork.stats.all().maxMs}`)
  assert.ok(atWork.stats.service().maxMs! < 300, `${atWork.stats.service().maxMs}`)
})

test('or is counted as missed, where that was asked for', async (t) => {
  const { host, seen } = await loopback(t, (_, reply) => void setTimeout(50).then(() => reply.end('ok')))
  const load = open({ arrivalsPerSecond: 200, durationMs: 500, maxUsers: 2, whenBusy: 'missed' })
  const atWork = await run(t, host, { load })
  assertAccounted(atWork)
  assert.equal(atWork.counts.scheduled, 100)
  assert.ok(atWork.counts.missed > 50, `${atWork.counts.missed}`)
  assert.equal(seen.length, 100 - atWork.counts.missed)
})

test('who still waits when the load is over is missed, and never dropped in silence', async (t) => {
  const { host } = await loopback(t, () => {})
  const load = open({ arrivalsPerSecond: 100, durationMs: 300, maxUsers: 1 })
  const atWork = await run(t, host, { load, stopTimeoutMs: 50 })
  assertAccounted(atWork)
  assert.deepEqual(atWork.counts, { ...noCounts(), scheduled: 30, missed: 29, interrupted: 1 })
})

test('a worker whose event loop was blocked admits what was due late, and says so', async (t) => {
  const { host } = await loopback(t)
  const load = open({ arrivalsPerSecond: 100, durationMs: 1_000 })
  const atWork = new LoadAtWork(t, host, { load, users: { visitor } })
  await setTimeout(200)
  const until = performance.now() + 300
  while (performance.now() < until);
  await atWork.ended
  assertAccounted(atWork)
  assert.equal(atWork.counts.scheduled, 100)
  assert.ok(atWork.stats.all().maxMs! > 250, 'response times begin when a request was due')
})

test('a worker that is asked for more than it can do owes arrivals at the end of a second', async (t) => {
  const { host } = await loopback(t)
  const busy = defineUser({
    tasks: {
      work({ http }) {
        const until = performance.now() + 10
        while (performance.now() < until);
        return http.get('/')
      },
    },
  })
  // More than it can do by a third, without an end: whenever the second is told, a quarter of what was due is owed.
  const load = open({ arrivalsPerSecond: 133 })
  const atWork = new LoadAtWork(t, host, { load, users: { busy } })
  while (atWork.snapshots.length === 0) await setTimeout(5)
  const { offered, achieved } = atWork.snapshots[0]!.arrivals
  assert.ok(achieved < 0.9 * offered, `${achieved} of ${offered}`)
  atWork.run.stop()
  await atWork.ended
  assertAccounted(atWork)
})

test('a cap on users is none of the generator: nobody is owed', async (t) => {
  const { host } = await loopback(t, () => {})
  const load = open({ arrivalsPerSecond: 100, durationMs: 1_200, maxUsers: 1 })
  const { snapshots } = await run(t, host, { load, stopTimeoutMs: 50 })
  // Of all seconds: one that is due at the end of a second may come at the beginning of the next.
  const sum = (of: 'achieved' | 'offered'): number =>
    snapshots.reduce((all, { arrivals }) => all + arrivals[of], 0)
  assert.equal(sum('achieved'), sum('offered'))
  assert.ok(sum('offered') >= 119, `${sum('offered')}`)
})

test('a task of several requests: the first is due with the arrival, the others when they are asked for', async (t) => {
  const { host } = await loopback(t)
  const user = defineUser({
    tasks: {
      async both({ http, sleep }) {
        await http.get('/first')
        await sleep(0.2)
        await http.get('/second')
      },
    },
  })
  const load = open({ arrivalsPerSecond: 20, iterations: 5 })
  const atWork = new LoadAtWork(t, host, { load, users: { user } })
  await atWork.ended
  assert.equal(atWork.stats.count, 10)
  assert.ok(atWork.stats.all().maxMs! < 150, `${atWork.stats.all().maxMs}`)
})

test('users are kept for the next arrival: onStart once for each, onStop at the end', async (t) => {
  const { host, seen } = await loopback(t)
  const user = defineUser({
    onStart: ({ http }) => http.get('/login'),
    onStop: ({ http }) => http.get('/logout'),
    tasks: { home: ({ http }) => http.get('/') },
  })
  const load = open({ arrivalsPerSecond: 50, iterations: 20 })
  const atWork = new LoadAtWork(t, host, { load, users: { user } })
  await atWork.ended
  const count = (path: string): number => seen.filter((line) => line === `GET ${path}`).length
  assert.equal(count('/'), 20)
  assert.ok(count('/login') < 20, `${count('/login')}`)
  assert.equal(count('/logout'), count('/login'))
})

test('a rate by stages; a rate changed by hand', async (t) => {
  const { host } = await loopback(t)
  const load = open({ stages: [{ atMs: 500, value: 400 }], durationMs: 500 })
  assert.equal((await run(t, host, { load })).counts.scheduled, 100)

  const steered = new LoadAtWork(t, host, {
    load: open({ arrivalsPerSecond: 20, durationMs: 1_000 }),
    users: { visitor },
  })
  steered.run.steer(400, 500)
  await steered.ended
  assertAccounted(steered)
  assert.equal(steered.counts.scheduled, 10 + 200)
})

test('a shape in code: arrivals by class, and the end', async (t) => {
  const { host, seen } = await loopback(t)
  const shape = defineShape({
    arrivals: (seconds) => (seconds < 0.5 ? { reader: 300, writer: 100 } : undefined),
    spacing: 'uniform',
  })
  const users = {
    reader: defineUser({ tasks: { read: ({ http }) => http.get('/read') } }),
    writer: defineUser({ tasks: { write: ({ http }) => http.get('/write') } }),
  }
  const atWork = new LoadAtWork(t, host, { load: open({ stages: 'scenario' }), users, shape })
  await atWork.ended
  assert.equal(seen.length, 200)
  const writes = seen.filter((line) => line === 'GET /write').length
  assert.ok(Math.abs(writes - 50) < 25, `${writes}`)
})

test('a shape that throws on its way is an exception, and goes on as it was', async (t) => {
  const { host, seen } = await loopback(t)
  const shape = defineShape({
    arrivals(seconds) {
      if (seconds > 0.25) throw new Error('no such stage')
      return 100
    },
    spacing: 'uniform',
  })
  const load = open({ stages: 'scenario', durationMs: 500 })
  const atWork = new LoadAtWork(t, host, { load, users: { visitor }, shape })
  await atWork.ended
  assert.equal(seen.length, 50)
  assert.ok(atWork.exceptions.includes('shape arrivals Error: no such stage'), atWork.exceptions.join())
})
