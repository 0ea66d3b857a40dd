import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { createApp, type AppDependencies } from '../src/app.ts'
import { newApiKey } from '../src/auth/api-key.ts'
import { SqliteApiKeys } from '../src/store/sqlite-api-keys.ts'
import { join } from 'node:path'
import { addStudent, ada, openStore, temporaryFolder, tester, type LogLine } from './fixture.ts'

const grace = { ...ada, name: 'Grace Höpper', email: 'grace@example.com' }

/** The service on a socket as it runs without `--log-level debug`, which would keep every request on the usual way. */
async function serving(t: TestContext, options: Partial<AppDependencies> = {}) {
  const store = openStore(t)
  const log: LogLine[] = []
  const logger = pino({ base: null, level: 'info' }, { write: (line: string) => log.push(JSON.parse(line)) })
  const app = createApp({ store, logger, ...options })
  t.after(() => app.close())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  // By `inject` requests reach the framework, and not what stands before it.
  return { store, app, log, url, port: Number(new URL(url).port) }
}

/** What the server sends until it closes. */
async function exchange(
  port: number,
  request: string,
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${request}\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, body }
}

const own = new Set(['date', 'connection', 'keep-alive'])

test('the list is answered ahead of the framework as by the framework', async (t) => {
  const { store, app, url } = await serving(t)
  await addStudent(store, ada)
  await addStudent(store, grace)
  const asked = {
    'x-request-id': 'mine',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }
  const ahead = await fetch(`${url}/students`, { headers: asked })
  const usual = await app.inject({ url: '/students', headers: asked })
  const headers = Object.fromEntries([...ahead.headers].filter(([name]) => !own.has(name)))
  assert.match(headers['server-timing']!, /^total;dur=\d+(\.\d{1,3})?$/)
  assert.deepEqual(
    { ...headers, 'server-timing': '' },
    {
      ...Object.fromEntries(Object.entries(usual.headers).filter(([name]) => !own.has(name))),
      'server-timing': '',
    },
  )
  assert.equal(headers['x-request-id'], 'mine')
  assert.equal(await ahead.text(), usual.body)
  assert.deepEqual(namesIn(usual.body), [ada.name, grace.name])
})

test('who has written reads it ahead of the framework, too; an id that is not well-formed is replaced', async (t) => {
  const { store, url } = await serving(t)
  const names = async () => namesIn(await (await fetch(`${url}/students`)).text())
  assert.deepEqual(await names(), [])
  const { id } = await addStudent(store, ada)
  assert.deepEqual(await names(), [ada.name])
  await store.change(id, { name: 'Ada King' }, 'any', tester)
  assert.deepEqual(await names(), ['Ada King'])
  await store.remove(id, 'any', tester)
  assert.deepEqual(await names(), [])
  const { headers } = await fetch(`${url}/students`, { headers: { 'x-request-id': 'a "b"' } })
  assert.match(headers.get('x-request-id')!, /^[\da-f-]{36}$/)
})

test('whatever asks for more than the list goes the usual way', async (t) => {
  const { store, url, port } = await serving(t)
  await addStudent(store, ada)
  const etag = (await fetch(`${url}/students`)).headers.get('etag')!
  const statuses = {
    'HEAD /students HTTP/1.1': 200,
    'GET /students?limit=1 HTTP/1.1': 200,
    'GET /students?nope=1 HTTP/1.1': 422,
    [`GET /students HTTP/1.1\r\nIf-None-Match: ${etag}`]: 304,
    'GET /students HTTP/1.1\r\nExpect: something': 417,
    'GET /students HTTP/1.1\r\nContent-Length: 0': 200,
  }
  for (const [request, status] of Object.entries(statuses))
    assert.equal((await exchange(port, request)).status, status, request)
  const withoutHost = connect(port, '127.0.0.1')
  withoutHost.write('GET /students HTTP/1.1\r\nConnection: close\r\n\r\n')
  assert.match(await text(withoutHost), /^HTTP\/1.1 400 /)
})

test('with keys, only who may read is answered', async (t) => {
  const keys = new SqliteApiKeys(join(temporaryFolder(t), 'keys.db'))
  t.after(() => keys[Symbol.dispose]())
  const tokens = await Promise.all(
    (['read', 'write', 'admin'] as const).map(async (scope) => {
      const { key, token } = newApiKey(scope, [scope], new Date())
      await keys.add(key)
      return token
    }),
  )
  const { url } = await serving(t, { keys })
  const ask = async (token: string | undefined) =>
    (await fetch(`${url}/students`, { headers: token ? { authorization: `Bearer ${token}` } : {} })).status
  // Twice: the first finds the keys not read yet.
  for (let round = 0; round < 2; round++) {
    const statuses = await Promise.all([...tokens, 'no.such', undefined].map(ask))
    assert.deepEqual(statuses, [200, 403, 200, 401, 401])
  }
})

test('it is counted; a service about to stop closes the connection behind the answer', async (t) => {
  const stopping = new AbortController()
  const { url, log } = await serving(t, { stopping: stopping.signal })
  const answers = [await fetch(`${url}/students`), await fetch(`${url}/students`)]
  assert.deepEqual(
    answers.map(({ headers }) => headers.get('connection')),
    ['keep-alive', 'keep-alive'],
  )
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(metrics, /http_requests_total\{method="GET",route="\/students",status="200"\} 2\n/)
  assert.match(metrics, /http_request_duration_seconds_count\{method="GET",route="\/students"\} 2\n/)
  stopping.abort()
  assert.equal((await fetch(`${url}/students`)).headers.get('connection'), 'close')
  assert.deepEqual(log, [])
})

test('a client that is gone before the end is counted and told of', async (t) => {
  const { store, url, log, port } = await serving(t)
  // More than the sockets' buffers hold, so that the answer cannot have left.
  const long = { ...ada, name: 'x'.repeat(200), domain: 'y'.repeat(100) }
  await store.merge(
    Array.from({ length: 30_000 }, (_, n) => ({ ...long, email: `s${n}@example.com` })),
    { mode: 'insert', dryRun: false },
    tester,
  )
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /students HTTP/1.1\r\nHost: x\r\nX-Request-Id: gone\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  let metrics = ''
  while (!metrics.includes('status="aborted"')) metrics = await (await fetch(`${url}/metrics`)).text()
  const told = log.map(({ requestId, route, aborted, status }) => ({ requestId, route, aborted, status }))
  assert.deepEqual(told, [{ requestId: 'gone', route: '/students', aborted: true, status: undefined }])
})

test('where the database fails, the usual way tells of it', async (t) => {
  const { store, url } = await serving(t)
  store[Symbol.dispose]()
  t.mock.method(store, Symbol.dispose, () => {})
  const { status } = await fetch(`${url}/students`)
  assert.equal(status, 500)
})

function namesIn(list: string): string[] {
  return JSON.parse(list).map(({ name }: { name: string }) => name)
}
