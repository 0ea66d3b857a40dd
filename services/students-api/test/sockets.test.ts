import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { suite, test, type TestContext } from 'node:test'
import { drain } from '../src/http/draining.ts'
import { ada, openApp, openStore, type LogLine, type TestApp } from './fixture.ts'

async function listening(t: TestContext): Promise<TestApp & { url: URL }> {
  const opened = openApp(t)
  return { ...opened, url: new URL(await opened.app.listen({ host: '127.0.0.1', port: 0 })) }
}

/** What the service answers to these bytes until it closes the connection. */
async function exchange(
  url: URL,
  request: string,
): Promise<{ head: string; problem: Record<string, unknown> }> {
  const socket = connect(Number(url.port), url.hostname)
  socket.write(request)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  assert.match(head, /content-type: application\/problem\+json/)
  assert.ok(head.includes(`content-length: ${Buffer.byteLength(body)}`))
  return { head, problem: JSON.parse(body) }
}

async function lineOf(log: LogLine[], status: number): Promise<LogLine> {
  for (;;) {
    const line = log.find((candidate) => candidate['status'] === status)
    if (line) return line
    await setTimeout(5)
  }
}

test('fifty at once with one e-mail: one 201 and forty-nine 409', async (t) => {
  const { url } = await listening(t)
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ada),
  }
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await fetch(new URL('/students', url), request)
      await response.arrayBuffer()
      return response.status
    }),
  )
  const counts = [201, 409].map((status) => statuses.filter((one) => one === status).length)
  assert.deepEqual(counts, [1, 49])
  assert.equal(JSON.parse(await (await fetch(new URL('/students', url))).text()).length, 1)
})

const unreadable: Record<string, { request: string; status: number; kind: string }> = {
  'bytes that are not HTTP': { request: 'GARBAGE\r\n\r\n', status: 400, kind: 'bad-request' },
  'headers over 16 KiB': {
    request: `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
    status: 431,
    kind: 'headers-too-large',
  },
  'no Host': {
    request: 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n',
    status: 400,
    kind: 'bad-request',
  },
  'an unknown expectation': {
    request: 'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: cake\r\n\r\n',
    status: 417,
    kind: 'expectation-failed',
  },
}

for (const [name, { request, status, kind }] of Object.entries(unreadable)) {
  test(`${name}: ${status} ${kind}, logged too`, async (t) => {
    const { url, log } = await listening(t)
    const { head, problem } = await exchange(url, request)
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `))
    assert.equal(problem['type'], `/problems/${kind}`)
    assert.ok(head.includes(`x-request-id: ${String(problem['requestId'])}`))
    const line = await lineOf(log, status)
    assert.equal(line['problem'], kind)
    assert.equal(line['requestId'], problem['requestId'])
    assert.equal(line['bytes'], Buffer.byteLength(JSON.stringify(problem)))
  })
}

const slow = {
  headers: 'GET /livez HTTP/1.1\r\nHost: x\r\n',
  body: 'POST /students HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
}

// Node looks for late requests once a second.
suite('slow clients', { concurrency: true }, () => {
  for (const [part, request] of Object.entries(slow)) {
    test(`${part} that do not arrive in time: 408`, async (t) => {
      const { app, log, url } = await listening(t)
      app.server.headersTimeout = 50
      app.server.requestTimeout = 100
      const { head, problem } = await exchange(url, request)
      assert.match(head, /^HTTP\/1.1 408 /)
      assert.equal(problem['type'], '/problems/request-timeout')
      const lines = log.map(({ problem: kind, requestId }) => [kind, requestId])
      assert.deepEqual(lines, [['request-timeout', problem['requestId']]])
    })
  }
})

test('a client that goes away is logged as aborted, without a status', async (t) => {
  const { app, log, url } = await listening(t)
  const socket = connect(Number(url.port), url.hostname)
  socket.write(slow.body.replace('Host: x', 'Host: x\r\nExpect: 100-continue'))
  await once(socket, 'data')
  socket.destroy()
  while (log.length === 0) await setTimeout(5)
  assert.equal(log.length, 1)
  assert.equal(log[0]?.['aborted'], true)
  assert.equal('status' in (log[0] ?? {}), false)
  await app.close()
})

test('whom the drain cuts off is told of before it is over', async (t) => {
  const store = openStore(t)
  t.mock.method(store, 'find', () => new Promise(() => {}))
  const { app, log } = openApp(t, store)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const asked = [
    'GET /students/1 HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /students HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  ]
  for (const request of asked) {
    const arrived = once(app.server, 'request')
    connect(Number(port), '127.0.0.1')
      .on('error', () => {})
      .write(request)
    await arrived
  }
  await drain(app, 1)
  const told = log.map(({ method, aborted }) => `${String(method)} ${String(aborted)}`)
  assert.deepEqual(told.toSorted(), ['GET true', 'POST true'])
})
