import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { leave } from '../../src/scenario/signal.ts'
import { defineUser, type UserDefinition } from '../../src/scenario/user.ts'
import { FakeMachine } from '../cli/fake-machine.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { closed, LoadAtWork } from './load.ts'
import { loopback } from './loopback.ts'

/** One user does these tasks once each; answers all that was told. */
async function onceEach(t: Parameters<typeof loopback>[0], host: string, sequence: UserDefinition['tasks']) {
  const users = { Visitor: defineUser({ tasks: { all: { sequence } } }) }
  const atWork = new LoadAtWork(t, host, { load: closed({ iterations: 1 }), users })
  await atWork.ended
  const timeline = new Timeline()
  for (const snapshot of atWork.snapshots) timeline.add(snapshot)
  timeline.finish(0)
  const figures = ({ method, name, stats }: (typeof timeline.requests)[number]): string =>
    `${method} ${name} ${stats.count} ${stats.failed.count}`.trim()
  return {
    requests: timeline.requests.map(figures),
    transactions: timeline.transactions.map(figures),
    failures: timeline.failures.groups.map(({ what }) => `${what.name}: ${what.signature}`),
    exceptions: atWork.exceptions,
    counts: atWork.counts,
    timeline,
  }
}

test('measure: a promise is a request of its own; rejected it is a failure, and no exception', async (t) => {
  const { requests, failures, exceptions, counts, timeline } = await onceEach(t, 'http://127.0.0.1:1', {
    async query({ measure, sleep }) {
      assert.equal(await measure('query', async () => (await sleep(0.02), 5)), 5)
    },
    broken: ({ measure }) => measure('query', () => Promise.reject(new Error('no such table'))),
  })
  assert.deepEqual([requests, failures, exceptions], [['measure query 2 1'], ['query: no such table'], []])
  assert.equal(counts.scheduled, 2)
  assert.ok(timeline.total.succeeded.maxMs! >= 19)
})

test('measure: what is under way when the run is over was interrupted', async (t) => {
  const users = {
    Visitor: defineUser({ tasks: { hang: ({ measure }) => measure('x', () => new Promise(() => {})) } }),
  }
  const load = closed({ durationMs: 50 })
  const atWork = new LoadAtWork(t, 'http://127.0.0.1:1', { load, users, stopTimeoutMs: 50 })
  await atWork.ended
  assert.deepEqual([atWork.counts.scheduled, atWork.counts.interrupted, atWork.stats.count], [1, 1, 0])
})

test('measure: what the run’s end wakes was interrupted, what leaves has not failed', async (t) => {
  const tasks: UserDefinition['tasks'] = {
    both: {
      sequence: {
        left: ({ measure }) => measure('left', leave),
        sleeping: ({ measure, sleep }) => measure('sleeping', () => sleep(60)),
      },
      rounds: 2,
    },
    sleeping: ({ measure, sleep }) => measure('sleeping', () => sleep(60)),
  }
  const users = { Visitor: defineUser({ tasks }) }
  const atWork = new LoadAtWork(t, 'http://127.0.0.1:1', { load: closed({ durationMs: 100 }), users })
  await atWork.ended
  assert.deepEqual([atWork.counts.interrupted, atWork.stats.failed.count, atWork.exceptions], [1, 0, []])
})

test('transaction: one row beside the requests, failed where a request in it failed, or where it throws', async (t) => {
  const { host } = await loopback(t, ({ url }, reply) => reply.writeHead(url === '/bad' ? 500 : 200).end())
  const { requests, transactions, timeline } = await onceEach(t, host, {
    good: ({ http, transaction }) =>
      transaction('buy', async () => {
        await http.get('/a')
        await http.get('/b')
      }),
    bad: ({ http, transaction }) => transaction('buy', () => http.get('/bad')),
    outside: ({ http }) => http.get('/bad'),
    throwing: ({ transaction }) =>
      transaction('outer', () =>
        transaction('inner', () => {
          throw new Error('no basket')
        }),
      ),
  })
  assert.deepEqual(transactions, ['buy 2 1', 'inner 1 1', 'outer 1 1'])
  assert.deepEqual(requests, ['GET /a 1 0', 'GET /b 1 0', 'GET /bad 2 2'])
  assert.equal(timeline.total.count, 4)
})

test('a threshold may be of a transaction, over the run and over a window', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, {
    'it.ts': `import { constant, defineUser } from 'proctor'
export const Buyer = defineUser({
  waitTime: constant(0.01),
  tasks: { buy: ({ http, transaction }) => transaction('buy', () => http.get('/')) },
})
`,
  })
  const held = [
    '--threshold',
    'buy failures<1%',
    '--threshold',
    'buy requests>5',
    '--threshold',
    'buy p99<10s over 1s',
  ]
  const missed = ['--threshold', 'buy min<1us']
  for (const [conditions, code] of [
    [held, 0],
    [[...held, ...missed], 1],
  ] as const) {
    const machine = new FakeMachine(
      ['run', 'it.ts', '-H', host, '-t', '2s', '--json', '--no-history', ...conditions],
      { cwd },
    )
    assert.equal(await cli(machine), code, machine.stderr.text)
    const { thresholds, total, transactions } = JSON.parse(machine.stdout.text)
    assert.deepEqual(
      thresholds.map(({ state }: { state: string }) => state),
      ['held', 'held', 'held', 'missed'].slice(0, conditions.length / 2),
    )
    assert.equal(transactions[0].count, total.count)
  }
})

test('fetch: the shape of the global one, over the user’s client', async (t) => {
  const bodies: string[] = []
  const { host, seen } = await loopback(t, (request, reply) => {
    let body = ''
    request
      .on('data', (data) => (body += data))
      .on('end', () => {
        bodies.push(`${request.headers['content-type']} ${body}`.trim())
        if (request.url === '/empty') reply.writeHead(204).end()
        else reply.writeHead(201, 'Made', { 'content-type': 'application/json', 'x-a': 'b' }).end('{"id":1}')
      })
  })
  const { requests, failures, exceptions } = await onceEach(t, host, {
    async all({ fetch }) {
      const response = await fetch(`${host}/students/1?a=b`, {
        method: 'post',
        body: '{}',
        headers: { 'Content-Type': 'application/json' },
      })
      assert.deepEqual([response.status, response.statusText, response.ok], [201, 'Made', true])
      assert.deepEqual(
        [response.headers.get('X-A'), response.url, await response.json()],
        ['b', `${host}/students/1?a=b`, { id: 1 }],
      )
      assert.equal((await fetch('/empty')).body, null)
      await fetch(new Request(`${host}/form`, { method: 'PUT', body: new URLSearchParams({ a: '1' }) }))
      await fetch('/bytes', {
        method: 'POST',
        body: new Uint8Array([97]),
        name: 'bytes',
        check: () => 'too small',
      })
      await fetch('/text', { method: 'POST', body: 'x' })
      await assert.rejects(fetch('/late', { signal: AbortSignal.abort() }), { name: 'AbortError' })
    },
    refused: ({ fetch }) => fetch('http://127.0.0.1:1/x'),
  })
  assert.deepEqual(seen, ['POST /students/1?a=b', 'GET /empty', 'PUT /form', 'POST /bytes', 'POST /text'])
  assert.deepEqual(bodies, [
    'application/json {}',
    'undefined',
    'application/x-www-form-urlencoded;charset=UTF-8 a=1',
    'undefined a',
    'text/plain;charset=UTF-8 x',
  ])
  assert.deepEqual(requests, [
    'GET /empty 1 0',
    'PUT /form 1 0',
    'POST /students/1 1 0',
    'POST /text 1 0',
    'GET /x 1 1',
    'POST bytes 1 1',
  ])
  assert.deepEqual([failures.length, exceptions], [2, []])
})

test('fetch follows redirects, hands them over, or takes them for a failure', async (t) => {
  const { host, seen } = await loopback(t, ({ url }, reply) => {
    if (url === '/old') reply.writeHead(302, { location: '/new' })
    reply.end('ok')
  })
  const { requests, failures, exceptions } = await onceEach(t, host, {
    async all({ fetch }) {
      assert.equal(await (await fetch('/old')).text(), 'ok')
      const manual = await fetch('/old', { redirect: 'manual', name: 'manual' })
      assert.deepEqual([manual.status, manual.headers.get('location')], [302, '/new'])
      assert.equal((await fetch('/new', { redirect: 'error' })).status, 200)
      const request = new Request(`${host}/old`, { redirect: 'error' })
      await assert.rejects(fetch(request, { name: 'error' }), { name: 'TypeError', message: 'fetch failed' })
    },
    uncaught: ({ fetch }) => fetch('/old', { redirect: 'error', name: 'error' }),
  })
  assert.deepEqual(seen, ['GET /old', 'GET /new', 'GET /old', 'GET /new', 'GET /old', 'GET /old'])
  assert.deepEqual(requests, [
    'GET /new 1 0',
    'GET /old 1 0',
    'GET /old (redirect) 1 0',
    'GET error 2 2',
    'GET manual 1 0',
  ])
  assert.deepEqual([failures, exceptions], [['error: the answer redirects'], []])
})

test('metrics reach the report and the summary, merged over workers', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, {
    'it.ts': `import { counter, defineUser, gauge, rate, trend } from 'proctor'
const orders = counter('orders'), queue = gauge('queue'), items = trend('items', { unit: 'pieces' })
const paid = rate('paid'), errors = counter('errors')
export const Buyer = defineUser({
  iterations: 10,
  tasks: { buy({ id }) { orders.add(2); queue.set(id); items.record(id + 1); paid.add(id > 0) } },
})
export const thresholds = ['metric paid share>75%', 'metric errors sum<1']
`,
  })
  const machine = new FakeMachine(
    ['run', 'it.ts', '-H', host, '-u', '4', '-r', '1000', '--threads', '2', '-t', '5s', '--json'],
    { cwd },
  )
  assert.equal(await cli(machine), 1, machine.stderr.text)
  const { metrics, thresholds } = JSON.parse(machine.stdout.text)
  const [orders, queue, items, paid, errors] = metrics
  assert.partialDeepStrictEqual(paid, { kind: 'rate', count: 40, value: 0.75 })
  assert.partialDeepStrictEqual(errors, { kind: 'counter', value: 0 })
  assert.deepEqual(
    thresholds.map(({ state, value }: { state: string; value: number }) => [state, value]),
    [
      ['missed', 75],
      ['held', 0],
    ],
  )
  assert.match(machine.stderr.text, /\npaid +75.0 % +40\n/)
  assert.match(machine.stderr.text, /✗ missed +metric paid share +> 75 % +75.0 %/)
  assert.partialDeepStrictEqual(orders, { name: 'orders', kind: 'counter', value: 80 })
  assert.partialDeepStrictEqual(queue, { kind: 'gauge', min: 0, max: 3 })
  assert.partialDeepStrictEqual(items, {
    kind: 'trend',
    unit: 'pieces',
    count: 40,
    average: 2.5,
    min: 1,
    max: 4,
  })
  assert.match(machine.stderr.text, /\norders +80 /)
  assert.match(machine.stderr.text, /\nitems \(pieces\) +40 +1 /)
})
