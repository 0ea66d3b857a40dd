import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { noCounts } from '../../src/engine/snapshot.ts'
import type { User } from '../../src/scenario/task.ts'
import { defineUser } from '../../src/scenario/user.ts'
import { constant, constantPacing } from '../../src/scenario/wait-time.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { FakeClock } from './fake-clock.ts'
import { loopback } from './loopback.ts'
import { userAtWork } from './user-at-work.ts'

test('a task that throws is an exception: it ends the task, not the user', async (t) => {
  const clock = new FakeClock()
  const done: number[] = []
  const waitTime = constant(1)
  const visitor = defineUser({
    waitTime,
    tasks: {
      buy({ id }) {
        done.push(id)
        throw new TypeError('no basket')
      },
    },
  })
  const { take } = userAtWork(t, visitor, { clock, number: 3 })
  await clock.advance(2_000)
  assert.deepEqual(done, [3, 3, 3])
  const [, exception] = take().exceptions[0]!
  assert.equal(exception.count, 3)
  assert.partialDeepStrictEqual(exception.what, {
    user: 'Visitor',
    task: 'buy',
    message: 'TypeError: no basket',
  })
})

test('what is thrown may be anything', async (t) => {
  const clock = new FakeClock()
  const visitor = defineUser({ waitTime: constant(1), tasks: { odd: () => Promise.reject(undefined) } })
  const { take } = userAtWork(t, visitor, { clock })
  await clock.advance(0)
  assert.equal(take().exceptions[0]![1].what.message, 'Error: undefined')
})

test('a request without an answer is one failure and no exception', async (t) => {
  const { host, server } = await loopback(t, (request) => request.socket.destroy())
  const visitor = defineUser({ waitTime: constant(60), tasks: { home: ({ http }) => http.get('/') } })
  const { take, recorder } = userAtWork(t, visitor, { host })
  await once(server, 'request')
  while (recorder.ended === 0) await setTimeout(1)
  await setImmediate()
  const { requests, failures, exceptions } = take()
  assert.deepEqual(
    requests.map(({ method, name, stats }) => [method, name, RequestStats.fromWire(stats).failed.count]),
    [['GET', '/', 1]],
  )
  assert.match(failures[0]![1].what.signature, /^connection-(closed|reset): /)
  assert.deepEqual([failures.length, failures[0]![1].count, exceptions.length], [1, 1, 0])
})

test('when onStart throws, the user is started again after its wait, but not at once', async (t) => {
  const clock = new FakeClock()
  const startedAt: number[] = []
  const worked: number[] = []
  const visitor = defineUser({
    waitTime: constant(0.1),
    onStart() {
      startedAt.push(clock.now())
      if (startedAt.length < 3) throw new Error('no login yet')
    },
    tasks: { work: () => worked.push(clock.now()) },
  })
  const { take } = userAtWork(t, visitor, { clock })
  await clock.advance(2_050)
  assert.deepEqual(startedAt, [0, 1_000, 2_000])
  assert.deepEqual(worked, [2_000])
  assert.deepEqual(
    take().exceptions.map(([, { count, what }]) => [count, what.task]),
    [[2, 'onStart']],
  )
})

test('each start has a state of its own; a state that cannot be made counts as onStart', async (t) => {
  const clock = new FakeClock()
  let made = 0
  const seen: unknown[] = []
  const visitor = defineUser({
    waitTime: constant(1),
    state() {
      made += 1
      if (made === 2) throw new Error('no data left')
      return { basket: [] as string[] }
    },
    tasks: {
      add({ state }) {
        state.basket.push('tea')
        seen.push([...state.basket])
      },
    },
  })
  userAtWork(t, visitor, { clock })
  const second = userAtWork(t, visitor, { clock })
  await clock.advance(1_000)
  assert.deepEqual(seen, [['tea'], ['tea'], ['tea', 'tea']])
  assert.equal(second.take().exceptions[0]![1].what.task, 'onStart')
})

test('onStop comes last, may sleep, and its requests are sent', async (t) => {
  const { host, seen } = await loopback(t)
  const visitor = defineUser({
    waitTime: constant(60),
    onStart: ({ http }) => http.post('/login'),
    tasks: { home: ({ http }) => http.get('/') },
    async onStop({ http, sleep }) {
      await sleep(0.01)
      await http.delete('/login')
    },
  })
  const { user, ended, recorder, take } = userAtWork(t, visitor, { host })
  while (recorder.ended < 2) await setTimeout(1)
  user.stop()
  await ended
  assert.deepEqual(seen, ['POST /login', 'GET /', 'DELETE /login'])
  assert.deepEqual(take().counts, { ...noCounts(), scheduled: 3 })
})

test('a user that never started leaves without onStop', async (t) => {
  const clock = new FakeClock()
  const stopped: string[] = []
  const visitor = defineUser({
    onStart: () => Promise.reject(new Error('no')),
    tasks: { home() {} },
    onStop: () => stopped.push('stopped'),
  })
  const { user, ended } = userAtWork(t, visitor, { clock })
  await clock.advance(100)
  user.stop()
  await ended
  assert.deepEqual(stopped, [])
})

test('a sleep ends with the run, and the task with it', async (t) => {
  const clock = new FakeClock()
  const steps: string[] = []
  const visitor = defineUser({
    tasks: {
      async dream({ sleep }) {
        steps.push('asleep')
        await sleep(3_600)
        steps.push('awake')
      },
    },
  })
  const { user, ended, take } = userAtWork(t, visitor, { clock })
  await clock.advance(1_000)
  user.stop()
  await ended
  assert.deepEqual(steps, ['asleep'])
  assert.deepEqual(take().exceptions, [])
})

test('after the end onStop may ask for nothing more', async (t) => {
  const { host, seen } = await loopback(t)
  const visitor = defineUser({
    waitTime: constant(60),
    tasks: { home() {} },
    onStop: async ({ http, sleep }) => {
      await sleep(3_600)
      await http.delete('/login')
    },
  })
  const { user, ended } = userAtWork(t, visitor, { host })
  await setImmediate()
  user.stop()
  await setTimeout(5)
  user.end()
  await ended
  assert.deepEqual(seen, [])
})

test('a task that outlasts the end is not followed by onStop', async (t) => {
  const stopped: string[] = []
  const visitor = defineUser({
    tasks: { dawdle: () => setTimeout(20) },
    onStop: () => stopped.push('stopped'),
  })
  const { user, ended } = userAtWork(t, visitor)
  await setImmediate()
  user.stop()
  user.end()
  await ended
  assert.deepEqual(stopped, [])
})

test('tasks are chosen by weight, within four standard errors', async (t) => {
  const clock = new FakeClock()
  const counts = { read: 0, write: 0, rare: 0 }
  const visitor = defineUser({
    waitTime: constant(1),
    tasks: {
      read: { weight: 2, run: () => (counts.read += 1) },
      write: () => (counts.write += 1),
      rare: { weight: 0.05, run: () => (counts.rare += 1) },
    },
  })
  userAtWork(t, visitor, { clock })
  await clock.advance(6_000_000)
  const total = 6_001
  assert.equal(counts.read + counts.write + counts.rare, total)
  for (const [name, weight] of [
    ['read', 2],
    ['write', 1],
    ['rare', 0.05],
  ] as const) {
    const share = weight / 3.05
    const error = Math.sqrt((share * (1 - share)) / total)
    assert.ok(Math.abs(counts[name] / total - share) < 4 * error, `${name}: ${counts[name]} of ${total}`)
  }
})

test('constantPacing does not drift, however long tasks take and however late timers are', async (t) => {
  const clock = new FakeClock()
  const late = {
    now: () => clock.now(),
    wallTime: (at: number) => at,
    after: (ms: number, then: () => void) => clock.after(ms + 1.3, then),
    nextTurn: (then: () => void) => clock.nextTurn(then),
  }
  const startedAt: number[] = []
  const visitor = defineUser({
    waitTime: constantPacing(1),
    tasks: {
      async work({ sleep, random }) {
        startedAt.push(clock.now())
        await sleep(random.float(0.1, 0.8))
      },
    },
  })
  userAtWork(t, visitor, { clock: late })
  await clock.advance(1_000_500)
  assert.equal(startedAt.length, 1_001)
  assert.ok(
    startedAt.every((at, task) => at >= task * 1_000 && at < task * 1_000 + 2),
    'a start is late by a timer, never by two',
  )
})

test('a task that is too slow for its pace is followed at once, and the pace begins anew', async (t) => {
  const clock = new FakeClock()
  const startedAt: number[] = []
  const visitor = defineUser({
    waitTime: constantPacing(1),
    tasks: {
      async work({ sleep }) {
        startedAt.push(clock.now())
        await sleep(startedAt.length === 1 ? 2.5 : 0.1)
      },
    },
  })
  userAtWork(t, visitor, { clock })
  await clock.advance(4_600)
  assert.deepEqual(startedAt, [0, 2_500, 3_500, 4_500])
})

const BUSY = {
  'returns at once': () => {},
  'swallows an error before any request was sent': async ({
    http,
  }: {
    http: { get(path: string): Promise<unknown> }
  }) => {
    await http.get('no-slash').catch(() => {})
  },
  'throws before any request was sent': ({ http }: { http: { get(path: string): Promise<unknown> } }) =>
    http.get('no-slash'),
}

for (const [what, run] of Object.entries(BUSY)) {
  test(`a task that ${what} leaves the event loop to others, also without a wait`, async (t) => {
    let runs = 0
    const { user, ended } = userAtWork(
      t,
      defineUser({
        tasks: {
          busy(own) {
            runs += 1
            // Should the event loop starve, nothing else could end this test.
            if (runs > 20_000) process.exit(1)
            return run(own)
          },
        },
      }),
    )
    await setTimeout(20)
    user.stop()
    await ended
    assert.ok(runs > 1 && runs < 1_000, `${runs} runs in 20 ms`)
  })
}

const NO_WAITS: Record<string, () => number> = {
  NaN: () => Number.NaN,
  'less than nothing': () => -1,
  text: () => '1' as never,
}

for (const [what, waitTime] of Object.entries(NO_WAITS)) {
  test(`a waitTime that answers ${what} is an exception, and a second's wait`, async (t) => {
    const clock = new FakeClock()
    const startedAt: number[] = []
    const { take } = userAtWork(
      t,
      defineUser({ waitTime, tasks: { work: () => startedAt.push(clock.now()) } }),
      { clock },
    )
    await clock.advance(2_000)
    assert.deepEqual(startedAt, [0, 1_000, 2_000])
    const [, { count, what: exception }] = take().exceptions[0]!
    assert.deepEqual([count, exception.task], [3, 'waitTime'])
    assert.match(exception.message, /^RangeError: expected waitTime to answer seconds ≥ 0, got (NaN|-1|1)$/)
  })
}

test('sleep says what it expected', async (t) => {
  const clock = new FakeClock()
  const visitor = defineUser({ waitTime: constant(9), tasks: { nap: ({ sleep }) => sleep(Number.NaN) } })
  const { take } = userAtWork(t, visitor, { clock })
  await clock.advance(0)
  assert.equal(
    take().exceptions[0]![1].what.message,
    'RangeError: expected sleep(seconds) with seconds ≥ 0, got NaN',
  )
})

test("a user's choices follow from the seed and its number alone", async (t) => {
  const draws = async (number: number): Promise<number[]> => {
    const drawn: number[] = []
    const clock = new FakeClock()
    const tasks = { draw: ({ random }: User) => drawn.push(random.integer(0, 1e9)) }
    userAtWork(t, defineUser({ waitTime: constant(1), tasks }), { clock, number })
    await clock.advance(10_000)
    return drawn
  }
  const [a, b, c] = [await draws(0), await draws(0), await draws(1)]
  assert.equal(a.length, 11)
  assert.deepEqual(a, b)
  assert.notDeepEqual(a, c)
})

test('a class has a base URL, headers and credentials of its own, for its own host alone', async (t) => {
  const seen: string[] = []
  const note = (request: IncomingMessage, reply: ServerResponse): void => {
    const { authorization, accept, 'x-team': team } = request.headers
    seen.push(`${request.url} ${authorization} ${accept} ${String(team)}`)
    reply.end()
  }
  const [home, elsewhere] = [await loopback(t, note), await loopback(t, note)]
  const done = Promise.withResolvers<void>()
  const userClass = defineUser({
    baseUrl: '/v2',
    headers: { Accept: 'text/plain', 'X-Team': 'red' },
    auth: { token: 'abc' },
    tasks: {
      async home({ http }) {
        await http.get('/a')
        await http.get('/b', { auth: { token: 'xyz' }, headers: { accept: 'text/html' } })
        await http.get(`${elsewhere.host}/c`)
        http.setDefaults({ auth: { token: 'mine' }, headers: { 'x-team': 'blue' } })
        assert.throws(() => http.setDefaults({ headers: { 'X Y': '1' } }), TypeError)
        await http.get('/d')
        await http.get('/e', { auth: { token: 'xyz' } })
        await http.get(`${elsewhere.host}/f`)
        done.resolve()
        throw new Error('enough')
      },
    },
    waitTime: () => 60,
  })
  userAtWork(t, userClass, { host: `${home.host}/api` })
  await done.promise
  assert.deepEqual(seen, [
    '/api/v2/a Bearer abc text/plain red',
    '/api/v2/b Bearer xyz text/html red',
    '/c undefined text/plain red',
    '/api/v2/d Bearer mine text/plain blue',
    '/api/v2/e Bearer xyz text/plain blue',
    '/f undefined text/plain blue',
  ])
})

test('a base URL, headers or credentials that cannot be sent are refused where they are written', () => {
  const tasks = { home: () => {} }
  assert.throws(() => defineUser({ baseUrl: 'example.org', tasks }), /baseUrl: expected a URL/)
  assert.throws(() => defineUser({ headers: { 'X Y': '1' }, tasks }), /headers: expected a header name/)
  assert.throws(() => defineUser({ auth: { token: 'a\nb' }, tasks }), /headers: expected a value of one line/)
})
