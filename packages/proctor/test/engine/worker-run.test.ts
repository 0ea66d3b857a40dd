import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../../src/clock/clock.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { addCounts, type Counts, noCounts, type Snapshot } from '../../src/engine/snapshot.ts'
import { ThisThread } from '../../src/run/this-thread.ts'
import { WorkerRun } from '../../src/engine/worker-run.ts'
import type { User } from '../../src/scenario/task.ts'
import { defineUser, type UserClass } from '../../src/scenario/user.ts'
import { constant } from '../../src/scenario/wait-time.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { loopback } from './loopback.ts'

interface Options {
  users?: number
  spawnRate?: number
  durationMs?: number | null
  stopTimeoutMs?: number
  requestTimeoutMs?: number
}

class Watched {
  readonly run: WorkerRun
  readonly ended: Promise<void>
  readonly snapshots: Snapshot[] = []
  readonly noAnswers: [waiting: number, code: string | undefined][] = []

  constructor(t: TestContext, host: string, users: Record<string, UserClass>, options: Options = {}) {
    const {
      users: wanted = 1,
      spawnRate = 1_000,
      durationMs = null,
      stopTimeoutMs = 5_000,
      requestTimeoutMs = 5_000,
    } = options
    const plan: Plan = {
      scenario: '/nowhere.ts',
      host,
      load: { kind: 'closed', users: wanted, spawnRate, durationMs, stages: null, iterations: null },
      isLoadGiven: true,
      workers: 1,
      seed: 7,
      userAgent: 'proctor-test',
      stopTimeoutMs,
      requestTimeoutMs,
      traceSampledShare: null,
    }
    this.run = new WorkerRun({
      plan,
      scenario: { users: new Map(Object.entries(users)), shape: undefined, thresholds: [] },
      clock: systemClock,
      probe: new ThisThread(),
      listener: {
        snapshot: (snapshot) => this.snapshots.push(snapshot),
        noAnswer: (waiting, error) => this.noAnswers.push([waiting, error?.code]),
        spare: () => {},
        endRun: () => {},
      },
    })
    this.ended = this.run.run()
    t.after(async () => {
      this.run.stop()
      await this.ended
    })
  }

  get counts(): Counts & { ended: number; failed: number } {
    const sum = { ...noCounts(), ended: 0, failed: 0 }
    for (const { counts, requests } of this.snapshots) {
      addCounts(sum, counts)
      for (const { stats } of requests) {
        sum.ended += RequestStats.fromWire(stats).count
        sum.failed += RequestStats.fromWire(stats).failed.count
      }
    }
    return sum
  }

  async stop(): Promise<void> {
    this.run.stop()
    await this.ended
  }
}

const eager = defineUser({ tasks: { home: ({ http }) => http.get('/') } })

test('counts each request exactly once: as many as the server saw', async (t) => {
  const { host, seen } = await loopback(t)
  for (let round = 0; round < 5; round++) {
    seen.length = 0
    const watched = new Watched(t, host, { eager }, { users: 8 })
    while (seen.length < 100) await setTimeout(1)
    await watched.stop()
    const { scheduled, ended, interrupted, failed } = watched.counts
    assert.deepEqual(
      { scheduled, ended, interrupted, failed },
      { scheduled: seen.length, ended: seen.length, interrupted: 0, failed: 0 },
    )
  }
})

test('many users that start and stop while others ask: nothing is lost, nothing is counted twice', async (t) => {
  const { host, seen } = await loopback(
    t,
    (_, reply) => void setTimeout(5 * Math.random()).then(() => reply.end('ok')),
  )
  const runs = Array.from({ length: 6 }, () => new Watched(t, host, { eager }, { users: 20, spawnRate: 400 }))
  for (const watched of runs) {
    await setTimeout(15)
    watched.run.stop()
  }
  await Promise.all(runs.map((watched) => watched.ended))
  const sum = (figure: (counts: Watched['counts']) => number): number =>
    runs.reduce((total, watched) => total + figure(watched.counts), 0)
  assert.equal(
    sum(({ scheduled }) => scheduled),
    seen.length,
  )
  assert.equal(
    sum(({ ended }) => ended),
    seen.length,
  )
  assert.ok(seen.length > 100, `${seen.length}`)
})

test('waits for requests under way, and counts them', async (t) => {
  const { host, server } = await loopback(t, (_, reply) => void setTimeout(80).then(() => reply.end('ok')))
  const watched = new Watched(t, host, { eager }, { users: 3 })
  while ((await connectionsOf(server)) < 3) await setTimeout(1)
  await watched.stop()
  assert.partialDeepStrictEqual(watched.counts, { scheduled: 3, ended: 3, interrupted: 0 })
})

test('past the stop timeout they are interrupted, and in no other figure', async (t) => {
  const { host } = await loopback(t, () => {})
  const watched = new Watched(t, host, { eager }, { users: 3, durationMs: 30, stopTimeoutMs: 30 })
  await watched.ended
  assert.deepEqual(watched.counts, {
    ...noCounts(),
    scheduled: 3,
    interrupted: 3,
    ended: 0,
    failed: 0,
  })
  assert.deepEqual(watched.snapshots.at(-1)!.inFlight, 0)
  assert.ok(watched.snapshots.every(({ failures, exceptions }) => failures.length + exceptions.length === 0))
})

test('scheduled is always what ended, was interrupted or was missed', async (t) => {
  let request = 0
  const { host } = await loopback(t, (asked, reply) => {
    request += 1
    if (request % 4 === 0) asked.socket.destroy()
    else if (request % 7 === 0) reply.writeHead(503).end()
    else if (request % 10 !== 0) reply.end('ok')
  })
  const options = { users: 10, durationMs: 200, stopTimeoutMs: 20, requestTimeoutMs: 100 }
  const watched = new Watched(t, host, { eager }, options)
  await watched.ended
  const { scheduled, ended, interrupted, missed, timedOut, failed } = watched.counts
  assert.equal(scheduled, ended + interrupted + missed)
  assert.ok(timedOut > 0 && failed > timedOut && ended > failed, JSON.stringify(watched.counts))
})

test('a task that catches everything and asks for ever is ended at the stop timeout', async (t) => {
  const { host, seen } = await loopback(t)
  const testing = new AbortController()
  t.after(() => testing.abort())
  const stubborn = defineUser({
    tasks: {
      async forEver({ http }: User) {
        while (!testing.signal.aborted) await http.get('/').catch(() => {})
      },
    },
  })
  const watched = new Watched(t, host, { stubborn }, { durationMs: 30, stopTimeoutMs: 50 })
  const startedAt = performance.now()
  await watched.ended
  assert.ok(performance.now() - startedAt < 1_000)
  const { scheduled, ended } = watched.counts
  assert.deepEqual([scheduled, ended], [seen.length, seen.length])
  const before = seen.length
  await setTimeout(20)
  assert.equal(seen.length, before, 'it asks no more once the run is over')
})

test('an onStop that takes too long asks for nothing once the run is over', async (t) => {
  const { host, seen } = await loopback(t)
  const slow = defineUser({
    waitTime: constant(60),
    tasks: { idle() {} },
    async onStop({ http }) {
      await setTimeout(60)
      await http.delete('/login')
    },
  })
  const watched = new Watched(t, host, { slow }, { durationMs: 10, stopTimeoutMs: 20 })
  await watched.ended
  await setTimeout(80)
  assert.deepEqual(seen, [])
  assert.equal(watched.counts.scheduled, 0)
})

test('a task left running in the background ends with the run', async (t) => {
  const { host, seen } = await loopback(t)
  const loose = defineUser({
    waitTime: constant(60),
    tasks: {
      leave({ http }) {
        void (async () => {
          for (let i = 0; i < 1e6; i++) await http.get('/')
        })().catch(() => {})
      },
    },
  })
  const watched = new Watched(t, host, { loose }, { durationMs: 30 })
  await watched.ended
  const { scheduled, ended, interrupted } = watched.counts
  assert.equal(scheduled, ended + interrupted)
  await setTimeout(20)
  assert.equal(scheduled, seen.length)
})

test('starts users at their rate, by the mix of their classes', async (t) => {
  const started: string[] = []
  const startedAt: number[] = []
  const still = (name: string, weight: number): UserClass =>
    defineUser({
      weight,
      waitTime: constant(60),
      tasks: {
        rest() {
          started.push(name)
          startedAt.push(performance.now())
        },
      },
    })
  const classes = { a: still('a', 2), b: still('b', 1) }
  const from = performance.now()
  const watched = new Watched(t, 'http://127.0.0.1:1', classes, { users: 6, spawnRate: 100 })
  while (started.length < 6) await setTimeout(5)
  assert.deepEqual(started, ['a', 'b', 'a', 'a', 'b', 'a'])
  for (const [user, at] of startedAt.entries()) {
    assert.ok(at - from >= user * 10 - 1, `user ${user} started after ${at - from} ms`)
  }
  await watched.stop()
  assert.equal(started.length, 6)
})

test('a snapshot a second, counted from 0, and one at the end', async (t) => {
  const { host } = await loopback(t)
  const user = defineUser({ waitTime: constant(0.05), tasks: { home: ({ http }) => http.get('/') } })
  const watched = new Watched(t, host, { user }, { users: 2, durationMs: 1_100 })
  await watched.ended
  assert.deepEqual(
    watched.snapshots.map(({ second, users }) => [second, users]),
    [
      [0, 2],
      [1, 2],
    ],
  )
  const [first, last] = watched.snapshots.map(({ elapsedMs }) => elapsedMs)
  assert.ok(first! >= 1_000 && last! >= 1_100 && last! < 2_000, `${first} and ${last} ms`)
  assert.ok(
    watched.snapshots.every(
      ({ generator }) => generator.eventLoopUtilization >= 0 && generator.eventLoopUtilization <= 1,
    ),
  )
})

// Each takes a second of waiting.
suite('a host that does not answer', { concurrency: true }, () => {
  test('tells within the first second, once, when nothing listens', async (t) => {
    const user = defineUser({ waitTime: constant(0.05), tasks: { home: ({ http }) => http.get('/') } })
    const watched = new Watched(t, 'http://127.0.0.1:1', { user }, { users: 3 })
    await setTimeout(950)
    assert.deepEqual(
      watched.noAnswers.map(([, code]) => code),
      ['connection-refused'],
    )
    await watched.stop()
    assert.equal(watched.noAnswers.length, 1)
  })

  test('tells within the first second how many wait, when the host accepts and never answers', async (t) => {
    const { host } = await loopback(t, () => {})
    const watched = new Watched(t, host, { eager }, { users: 3, stopTimeoutMs: 10 })
    await setTimeout(950)
    assert.deepEqual(watched.noAnswers, [[3, undefined]])
    await watched.stop()
  })

  test('says nothing of a host that has answered, though not at first', async (t) => {
    const { host, seen } = await loopback(t, (request, reply) => {
      if (seen.length === 1) request.socket.destroy()
      else reply.end('ok')
    })
    const user = defineUser({ waitTime: constant(0.05), tasks: { home: ({ http }) => http.get('/') } })
    const watched = new Watched(t, host, { user })
    await setTimeout(950)
    await watched.stop()
    assert.equal(watched.counts.failed, 1)
    assert.deepEqual(watched.noAnswers, [])
  })

  test('says nothing of a host that was not asked yet', async (t) => {
    const sleeper = defineUser({ waitTime: constant(60), tasks: { nap: ({ sleep }) => sleep(60) } })
    const watched = new Watched(t, 'http://127.0.0.1:1', { sleeper })
    await setTimeout(950)
    await watched.stop()
    assert.deepEqual(watched.noAnswers, [])
  })
})

function connectionsOf(server: {
  getConnections(then: (error: Error | null, count: number) => void): unknown
}): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
}
