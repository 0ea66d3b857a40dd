import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock/clock.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { Run, type RunListener } from '../../src/run/run.ts'
import type { Timeline } from '../../src/run/timeline.ts'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import type { Threshold } from '../../src/threshold/threshold.ts'
import { ScenarioError } from '../../src/scenario/scenario-error.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

interface Options {
  host?: string
  durationMs?: number | null
  stopTimeoutMs?: number
  thresholds?: readonly Threshold[]
  workers?: number
  iterations?: number | null
  isLoadGiven?: boolean
}

function runOf(
  t: TestContext,
  tasks: string,
  options: Options = {},
  listener: RunListener = {},
  outside = '',
): Run {
  const code = `import { constant, defineUser } from 'proctor'\n${outside}
export const Visitor = defineUser({ waitTime: constant(0.01), tasks: { ${tasks} } })\n`
  const {
    host = 'http://127.0.0.1:1',
    durationMs = null,
    stopTimeoutMs = 0,
    thresholds = [],
    workers = 1,
    iterations = null,
    isLoadGiven = true,
  } = options
  const plan: Plan = {
    scenario: join(temporaryFolder(t, { 'it.ts': code }), 'it.ts'),
    host,
    load: { kind: 'closed', users: 2, spawnRate: 100, durationMs, stages: null, iterations },
    isLoadGiven,
    workers,
    seed: 7,
    userAgent: 'proctor-test',
    stopTimeoutMs,
    requestTimeoutMs: 5_000,
    traceSampledShare: null,
    thresholds,
  }
  return new Run(plan, systemClock, listener)
}

/** Resolves when so many requests were counted. */
function afterSecond(): RunListener & { reached: Promise<Timeline> } {
  const { promise, resolve } = Promise.withResolvers<Timeline>()
  return { reached: promise, second: resolve }
}

test("a load of the scenario's is shared by all workers, and those that it has no work for go", async (t) => {
  const { host } = await loopback(t)
  const shape = `import { defineShape } from 'proctor'
export const shape = defineShape({ users: (seconds) => (seconds < 0.5 ? 6 : undefined) })`
  for (const [outside, durationMs, sharing] of [
    [shape, null, [0, 1, 2]],
    ['', 300, [0, 1]],
  ] as const) {
    const working = new Set<number>()
    const told: RunListener['told'] = ({ counts }, worker) =>
      void (counts.scheduled > 0 && working.add(worker))
    const options = { host, workers: 3, durationMs, isLoadGiven: false, stopTimeoutMs: 1_000 }
    const { state } = await runOf(t, `home: ({ http }) => http.get('/')`, options, { told }, outside).start()
    assert.equal(state, 'completed')
    assert.deepEqual(working, new Set(sharing))
  }
})

for (const hooks of ['', 'export const test = defineTest({ onStop: ({ http }) => http.get("/end") })']) {
  test(`the last user's end is the run's, though a worker never had one${hooks && '; hooks are still to come'}`, async (t) => {
    const { host, seen } = await loopback(t)
    const task = `home: async ({ http }) => { await http.get('/'); stopUser() }`
    const outside = `import { defineTest, stopUser } from 'proctor'\n${hooks}`
    const { state, record } = await runOf(
      t,
      task,
      { host, workers: 3, stopTimeoutMs: 1_000 },
      {},
      outside,
    ).start()
    assert.deepEqual([state, record.total.count], ['completed', 2])
    assert.deepEqual(seen, hooks === '' ? ['GET /', 'GET /'] : ['GET /', 'GET /', 'GET /end'])
  })
}

test('a worker that never had a user takes one that is asked for by hand, and the run ends with it', async (t) => {
  const { host, seen } = await loopback(t)
  const task = `home: async ({ http, id, sleep }) => { await http.get('/' + id); await sleep(id < 2 ? 0.5 : 1); stopUser() }`
  const outside = `import { stopUser } from 'proctor'`
  const run = runOf(
    t,
    task,
    { host, workers: 3, stopTimeoutMs: 1_000 },
    { started: () => setImmediate(() => run.steer({ to: 3 })) },
    outside,
  )
  assert.equal((await run.start()).state, 'completed')
  assert.deepEqual(seen.toSorted(), ['GET /0', 'GET /1', 'GET /2'])
})

test('a run: what the server saw is what the record says', async (t) => {
  const { host, seen } = await loopback(t)
  const { state, error, record } = await runOf(t, `home: ({ http }) => http.get('/')`, {
    host,
    durationMs: 500,
    stopTimeoutMs: 1_000,
  }).start()
  assert.deepEqual([state, error], ['completed', undefined])
  assert.ok(seen.length > 10)
  const { count, failures, scheduled, interrupted } = record.total
  assert.deepEqual(
    { count, failures, scheduled, interrupted },
    { count: seen.length, failures: 0, scheduled: seen.length, interrupted: 0 },
  )
  assert.ok(record.durationSeconds >= 0.25 && record.durationSeconds < 1, `${record.durationSeconds}`)
  const { meanInFlight, deviation } = record.generator.littlesLaw!
  assert.ok(meanInFlight > 0 && deviation < 1e-6, JSON.stringify(record.generator.littlesLaw))
})

test('stop ends it politely', async (t) => {
  const { host, seen } = await loopback(t)
  const run = runOf(
    t,
    `async home({ http }) { await http.get('/'); console.log('asked') }`,
    { host, stopTimeoutMs: 1_000 },
    { output: () => run.stop() },
  )
  const { state, record } = await run.start()
  assert.deepEqual([state, record.total.count], ['stopped', seen.length])
})

test('a worker that has ended long before another ends nothing early', async (t) => {
  const connections = new Set<unknown>()
  const { host, seen } = await loopback(t, ({ socket }, reply) => {
    connections.add(socket)
    setTimeout(() => reply.end(), socket === [...connections][0] ? 800 : 0)
  })
  const options = { host, durationMs: 200, stopTimeoutMs: 5_000, workers: 2 }
  const { state, error, record } = await runOf(t, `home: ({ http }) => http.get('/')`, options).start()
  assert.deepEqual([state, error, connections.size], ['completed', undefined, 2])
  assert.deepEqual([record.total.count, record.total.interrupted], [seen.length, 0])
})

const FAILING = (_request: unknown, reply: ServerResponse): void => void reply.writeHead(503).end()

test('a threshold of the scenario or of the plan ends it politely, and what is under way is counted', async (t) => {
  const { host, seen } = await loopback(t, FAILING)
  const outside = `export const thresholds = ['p99<10s', 'failures<50% over 1s abort']`
  const told: (string | number)[] = []
  const listener: RunListener = {
    second: (_, missed) => told.push(missed.map(({ metric }) => metric).join()),
    aborting: ({ expression }) => told.push(expression),
  }
  const options = { host, stopTimeoutMs: 1_000, thresholds: parseThresholds('rate>1/s, "/never" max<1s') }
  const { state, error, record } = await runOf(
    t,
    `home: ({ http }) => http.get('/')`,
    options,
    listener,
    outside,
  ).start()
  assert.deepEqual([state, error, record.total.count], ['aborted', undefined, seen.length])
  assert.ok(record.durationSeconds >= 1 && record.durationSeconds < 2, `${record.durationSeconds}`)
  assert.deepEqual(
    record.thresholds.map(({ metric, state: verdict, endedRun }) => [metric, verdict, endedRun]),
    [
      ['p99', 'held', false],
      ['failures', 'missed', true],
      ['rate', 'held', false],
      ['max', 'missed', false],
    ],
  )
  assert.deepEqual(told.slice(0, 2), ['failures', 'failures<50% over 1s abort'])
})

test('a threshold that is missed as the time is over ends nothing early', async (t) => {
  const { host } = await loopback(t, FAILING)
  const options = { host, durationMs: 1_000, thresholds: parseThresholds('failures<50% over 1s abort') }
  const { state, record } = await runOf(t, `home: ({ http }) => http.get('/')`, options).start()
  assert.deepEqual(
    [state, record.thresholds[0]?.state, record.thresholds[0]?.endedRun],
    ['completed', 'missed', false],
  )
})

test('windows do not reach into the wait for what was under way at the end', async (t) => {
  const { host } = await loopback(t, (request, reply) => request.url === '/' && reply.end('ok'))
  const tasks = `async home({ http, id }) { await http.get('/'); if (id === 0) await http.get('/never') }`
  const options = {
    host,
    durationMs: 1_000,
    stopTimeoutMs: 1_500,
    thresholds: parseThresholds('rate>10/s over 1s'),
  }
  const { record } = await runOf(t, tasks, options).start()
  assert.ok(record.timeline.length >= 2, 'a second passed in which nothing was asked')
  assert.deepEqual(
    record.thresholds.map(({ state }) => state),
    ['held'],
  )
})

test('stop before the scenario is loaded ends it at once, with an empty record', async (t) => {
  const outside = 'await new Promise((resolve) => setTimeout(resolve, 60_000))'
  const run = runOf(t, `home() {}`, { thresholds: parseThresholds('p99<1s') }, {}, outside)
  setTimeout(() => run.stop(), 50)
  const { state, record } = await run.start()
  assert.deepEqual(
    record.thresholds.map(({ reason }) => reason),
    ['no-samples'],
  )
  assert.deepEqual([state, record.total.scheduled, record.timeline], ['stopped', 0, []])
})

test('a scenario that ends its process: all that was measured is told, and why', async (t) => {
  const { host, seen } = await loopback(t)
  const tasks = `async home({ http }) { await http.get('/'); if (++asked === 20) process.exit(3) }`
  const { state, error, record } = await runOf(t, tasks, { host }, {}, 'let asked = 0').start()
  assert.deepEqual([state, error?.message], ['crashed', 'the scenario ended its process (exit code 3)'])
  assert.ok(
    record.total.count >= 20 && record.total.count <= seen.length,
    `${record.total.count} of ${seen.length}`,
  )
})

test('what was under way in a worker that is gone was interrupted: nothing that was scheduled is lost', async (t) => {
  const { host } = await loopback(t, (request, response) => {
    if (request.url !== '/late') response.end()
  })
  const tasks = `async home({ http }) { await http.get('/'); if (++asked < 20) return; setTimeout(() => process.exit(3), 20); await http.get('/late') }`
  const { record } = await runOf(t, tasks, { host, workers: 2 }, {}, 'let asked = 0').start()
  const { scheduled, count, missed, interrupted } = record.total
  assert.ok(interrupted > 0)
  assert.equal(scheduled, count + missed + interrupted)
})

test('a number of tasks is done to the last, though a worker has no user to do its part', async (t) => {
  const { host, seen } = await loopback(t)
  const tasks = `home: ({ http }) => http.get('/visitor')`
  // The first user is a reader, the second a visitor: by their numbers both are the first worker's.
  const outside = `export const Reader = defineUser({ tasks: { home: ({ http }) => http.get('/reader') } })
export const Writer = defineUser({ weight: 0.5, tasks: { home() {} } })`
  const { state, record } = await runOf(t, tasks, { host, workers: 2, iterations: 9 }, {}, outside).start()
  assert.deepEqual([state, record.total.count, seen.length], ['completed', 9, 9])
})

test('a task that ends the run cuts off nothing: what is under way is waited for', async (t) => {
  const { host } = await loopback(t, (request, response) => {
    setTimeout(() => response.end(), request.url === '/slow' ? 300 : 0)
  })
  const tasks = `async home({ http, id }) { await http.get(id === 0 ? '/slow' : '/'); if (id === 1) stopRun() }`
  const outside = `import { stopRun } from 'proctor'`
  const { state, record } = await runOf(t, tasks, { host, stopTimeoutMs: 5_000 }, {}, outside).start()
  assert.deepEqual([state, record.total.interrupted], ['completed', 0])
  assert.ok(record.requests.some(({ name, count }) => name === '/slow' && count === 1))
})

for (const amount of ['users', 'arrivals']) {
  test(`a shape of ${amount} that is over ends the load: rates are not over the wait for the last answers`, async (t) => {
    const { host } = await loopback(t, (_, response) => void setTimeout(() => response.end(), 900))
    const outside = `import { defineShape } from 'proctor'
export const shape = defineShape({ ${amount}: (seconds) => (seconds < 1 ? 10 : undefined) })`
    const options = { host, stopTimeoutMs: 5_000, isLoadGiven: false }
    const tasks = `home: ({ http }) => http.get('/')`
    const { state, record } = await runOf(t, tasks, options, {}, outside).start()
    const { durationSeconds, drainSeconds, total } = record
    assert.deepEqual([state, total.interrupted], ['completed', 0])
    assert.ok(durationSeconds >= 1 && durationSeconds < 1.5, `${durationSeconds} s`)
    assert.ok(drainSeconds > 0.3, `${drainSeconds} s`)
    assert.equal(total.perSecond.toFixed(1), (total.count / durationSeconds).toFixed(1))
  })
}

// Each takes the grace that is given to users who should have stopped.
suite('a task that blocks the event loop', { concurrency: true }, () => {
  test('is ended when the run should have been', async (t) => {
    const { host } = await loopback(t)
    const watching = afterSecond()
    const tasks = `async home({ http }) { await http.get('/'); blockAt ??= performance.now() + 1_300; if (performance.now() > blockAt) while (true) {} }`
    const outside = 'let blockAt'
    const run = runOf(t, tasks, { host, durationMs: 2_500 }, watching, outside)
    const { state, error, record } = await run.start()
    assert.equal(state, 'crashed')
    assert.match(error!.message, /^the users did not stop in time: does a task block the event loop/)
    assert.ok(record.total.count > 10, 'the first second is in the record')
    assert.ok(record.durationSeconds < 6)
  })

  test('is told of while it lasts', async (t) => {
    const silences: number[] = []
    const tasks = `home() { if (performance.now() > 500) { const until = performance.now() + 4_000; while (performance.now() < until); } }`
    const listener = { silent: (seconds: number) => silences.push(seconds) }
    await runOf(t, tasks, { durationMs: 4_000, stopTimeoutMs: 5_000 }, listener).start()
    assert.ok(silences[0] === 3, silences.join())
  })

  test('is ended at Ctrl-C', async (t) => {
    const run = runOf(
      t,
      `home() { console.log('blocking'); while (true) {} }`,
      {},
      { started: () => setTimeout(() => run.stop(), 200) },
    )
    const { state, error } = await run.start()
    assert.equal(state, 'stopped')
    assert.match(error!.message, /does a task block the event loop/)
  })
})

test('an error outside of tasks is counted and ends nothing', async (t) => {
  const outside = `function later() { setTimeout(() => { throw new Error('stray') }, 1); void Promise.reject(new Error('lost')) }`
  const { state, record } = await runOf(t, 'home: () => later()', { durationMs: 100 }, {}, outside).start()
  assert.equal(state, 'completed')
  const messages = record.exceptions.map(({ user, message }) => `${user} ${message}`).toSorted()
  assert.deepEqual(messages, ['(outside of tasks) Error: lost', '(outside of tasks) Error: stray'])
})

test('what a scenario leaves open does not hold up the end', async (t) => {
  const startedAt = performance.now()
  await runOf(t, 'home() {}', { durationMs: 50 }, {}, 'setInterval(() => {}, 1_000)').start()
  assert.ok(performance.now() - startedAt < 2_000)
})

test('what a scenario prints is passed on, to the last word', async (t) => {
  const printed: string[] = []
  const tasks = `home() { console.log('to standard output'); console.error('to standard error') } }, onStop() { console.log('bye')`
  await runOf(
    t,
    tasks,
    { durationMs: 50, stopTimeoutMs: 500 },
    { output: (text) => printed.push(text) },
  ).start()
  assert.match(printed.join(''), /to standard output\n/)
  assert.match(printed.join(''), /to standard error\n/)
  assert.match(printed.join(''), /bye\n/)
})

test('tells what it runs, and the seconds as they come', async (t) => {
  const told: unknown[] = []
  const listener: RunListener = {
    started: ({ users }) => told.push(users),
    second: (timeline) => told.push(timeline.seconds.length),
  }
  await runOf(t, 'home() {}', { durationMs: 1_100 }, listener).start()
  assert.deepEqual(told, [
    [
      {
        name: 'Visitor',
        weight: 1,
        fixedCount: 0,
        thinks: true,
        tasks: [{ name: 'home', weight: 1, tags: [], set: null }],
      },
    ],
    1,
    2,
  ])
})

const UNLOADABLE: Record<string, [string, RegExp]> = {
  'that throws': [`throw new Error('no database')`, /^Error: no database$/],
  'that throws later': [
    `setTimeout(() => { throw new Error('late') }, 1); await new Promise((resolve) => setTimeout(resolve, 5_000))`,
    /^Error: late$/,
  ],
  'that ends its process': ['process.exit(3)', /^expected it to load; it called process\.exit\(3\)$/],
  'that waits for what never comes': [
    'await new Promise(() => {})',
    /^expected it to load; it waits for what never comes/,
  ],
}

for (const [what, [outside, message]] of Object.entries(UNLOADABLE)) {
  test(`refuses a scenario ${what}`, async (t) => {
    const started: unknown[] = []
    const run = runOf(t, 'home() {}', {}, { started: () => started.push(1) }, outside)
    await assert.rejects(run.start(), (error) => {
      assert.ok(error instanceof ScenarioError, String(error))
      assert.match(error.message, message)
      assert.match(error.place ?? '', /\/it\.ts/)
      return true
    })
    assert.deepEqual(started, [])
  })
}

test('stop, while what was under way at the end is waited for, waits no longer and reports', async (t) => {
  const { host } = await loopback(t, () => {})
  const run = runOf(t, `home: ({ http }) => http.get('/')`, { host, durationMs: 200, stopTimeoutMs: 30_000 })
  const end = run.start()
  setTimeout(() => run.stop(), 800)
  const { state, error, record } = await end
  assert.deepEqual([state, error, record.total.interrupted], ['stopped', undefined, 2])
  assert.ok(record.drainSeconds < 10, `${record.drainSeconds}`)
})

test('rates are over the load, not over the wait for what was under way at its end', async (t) => {
  const { host } = await loopback(t, (request, reply) => request.url === '/' && reply.end('ok'))
  const tasks = `async home({ http, id }) { await http.get('/'); if (id === 0) await http.get('/never') }`
  const { record } = await runOf(t, tasks, { host, durationMs: 400, stopTimeoutMs: 600 }).start()
  assert.equal(record.durationSeconds, 0.4)
  assert.ok(record.drainSeconds >= 0.6 && record.drainSeconds < 2, `${record.drainSeconds} s`)
  assert.equal(record.total.perSecond, record.total.count / 0.4)
})
