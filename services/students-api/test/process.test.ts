import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import { spansIn, startCollector, taken } from './collector.ts'
import { ada, temporaryFolder, type LogLine } from './fixture.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

type Child = ChildProcessByStdio<null, Readable, Readable>

function start(t: TestContext, ...flags: string[]): Child {
  return startIn(t, {}, ...flags)
}

function startIn(t: TestContext, env: Record<string, string>, ...flags: string[]): Child {
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'], env })
  t.after(() => child.kill('SIGKILL'))
  return child
}

interface RunningService {
  child: Child
  url: string
  port: number
  /** Resolves with the next log line of this message. */
  logged(msg: string): Promise<LogLine>
  /** Sends SIGTERM and resolves to the exit code. */
  stop(): Promise<number | null>
}

async function startService(t: TestContext, db: string, ...flags: string[]): Promise<RunningService> {
  return running(start(t, '--port', '0', '--db', db, ...flags))
}

/** Resolves when it listens. */
async function running(child: Child): Promise<RunningService> {
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const logged = async (msg: string): Promise<LogLine> => {
    for (;;) {
      const { value, done } = await lines.next()
      assert.ok(!done, `the service ended before it logged "${msg}"`)
      const line: LogLine = JSON.parse(value)
      if (line['msg'] === msg) return line
    }
  }
  const { port, url, host, level } = await logged('listening')
  assert.deepEqual(
    { host, level, url },
    { host: '127.0.0.1', level: 30, url: `http://127.0.0.1:${String(port)}` },
  )
  return { child, url: String(url), port: Number(port), logged, stop: () => stop(child) }
}

async function stop(child: Child): Promise<number | null> {
  child.kill('SIGTERM')
  return (await exitOf(child)).code
}

async function exitOf(child: Child): Promise<{ code: number | null; signal: string | null }> {
  const [code, signal] = await once(child, 'exit')
  return { code, signal }
}

/** A POST that the service has begun to read: it has asked for the body. */
async function halfSent(port: number, body: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST /students HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1.1 100 Continue/)
  return socket
}

test('what was answered 201 is there after a restart', async (t) => {
  const db = join(temporaryFolder(t), 'data', 'students.db')
  const first = await startService(t, db)
  const headers = { 'content-type': 'application/json' }
  const created = await fetch(`${first.url}/students`, { method: 'POST', headers, body: JSON.stringify(ada) })
  const student = await created.json()
  assert.equal(created.status, 201)
  assert.equal(await first.stop(), 0)
  const second = await startService(t, db)
  assert.deepEqual(await (await fetch(`${second.url}/students`)).json(), [student])
  assert.equal(await second.stop(), 0)
})

test('SIGTERM lets the request in flight finish, then exits 0', async (t) => {
  const service = await startService(t, join(temporaryFolder(t), 'students.db'), '--log-level', 'debug')
  const body = JSON.stringify(ada)
  const socket = await halfSent(service.port, body)
  const idle = connect(service.port, '127.0.0.1')
  await once(idle, 'connect')
  const exit = exitOf(service.child)
  service.child.kill('SIGTERM')
  await service.logged('draining')
  socket.write(body)
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1.1 201 Created\r\n/)
  assert.match(answer, /connection: close\r\n/i)
  assert.deepEqual(await exit, { code: 0, signal: null })
  assert.equal((await service.logged('request'))['status'], 201)
  await service.logged('stopped')
})

test('with --drain-delay, /readyz says 503 first, while all else goes on', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const service = await startService(t, db, '--drain-delay', '0.5')
  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(`${service.url}${path}`, init)).status
  assert.equal(await statusOf('/readyz'), 200)
  const exit = exitOf(service.child)
  service.child.kill('SIGTERM')
  await service.logged('draining')
  assert.equal(await statusOf('/readyz'), 503)
  assert.equal(await statusOf('/livez'), 200)
  const headers = { 'content-type': 'application/json' }
  assert.equal(await statusOf('/students', { method: 'POST', headers, body: JSON.stringify(ada) }), 201)
  assert.deepEqual(await exit, { code: 0, signal: null })
})

test('a second signal ends it at once', async (t) => {
  const service = await startService(t, join(temporaryFolder(t), 'students.db'))
  const socket = await halfSent(service.port, '{}')
  socket.on('error', () => {})
  const exit = exitOf(service.child)
  service.child.kill('SIGTERM')
  await service.logged('draining')
  service.child.kill('SIGTERM')
  assert.deepEqual(await exit, { code: null, signal: 'SIGTERM' })
  socket.destroy()
})

test('a port in use is one line with the next step, and exit code 1', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const { port } = address
  const child = start(t, '--port', String(port), '--db', join(temporaryFolder(t), 'students.db'))
  const [{ code }, stderr, stdout] = await Promise.all([
    exitOf(child),
    text(child.stderr),
    text(child.stdout),
  ])
  const advice = `students-api: port ${port} is in use: stop what listens there, or pass --port ${port + 1}\n`
  assert.deepEqual({ code, stderr, stdout }, { code: 1, stderr: advice, stdout: '' })
})

for (const [name, answer] of [
  ['takes it', taken],
  ['never answers', () => {}],
] as const) {
  test(`at SIGTERM what is left goes to the collector, which ${name}; that ends soon`, async (t) => {
    const collector = await startCollector(t, answer)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
    const flags = ['--port', '0', '--db', join(temporaryFolder(t), 'students.db')]
    const service = await running(startIn(t, env, ...flags))
    assert.equal((await fetch(`${service.url}/students`)).status, 200)
    const startedMs = performance.now()
    assert.equal(await service.stop(), 0)
    assert.ok(performance.now() - startedMs < 4000, 'the collector held it up')
    assert.equal(spansIn(collector.received)[0]?.name, 'GET /students')
  })
}

test('with nobody at the collector it serves and ends as ever', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  server.close()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
  const flags = ['--port', '0', '--db', join(temporaryFolder(t), 'students.db')]
  const service = await running(startIn(t, env, ...flags))
  assert.equal((await fetch(`${service.url}/students`)).status, 200)
  const said = await service.logged('the collector takes no telemetry')
  assert.deepEqual([said['level'], said['reason']], [40, 'ECONNREFUSED'])
  const startedMs = performance.now()
  assert.equal(await service.stop(), 0)
  assert.ok(performance.now() - startedMs < 2000, 'the collector held it up')
})
