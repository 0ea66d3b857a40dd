import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { fromSystemError, TransportError } from '../../src/http/transport-error.ts'
import { FakeClock, fate, ok, Rig, type Serve, until } from './rig.ts'

const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of'

suite('why a request got no whole answer, and that it was counted once', () => {
  const cases: [string, Serve, string][] = [
    ['closed before a byte', (_request, socket) => socket.end(), 'connection-closed'],
    ['closed in the head', (_request, socket) => socket.end('HTTP/1.1 200 OK\r\nConte'), 'connection-closed'],
    ['closed in the body', (_request, socket) => socket.end(HALF), 'connection-closed'],
    ['reset before a byte', (_request, socket) => socket.resetAndDestroy(), 'connection-reset'],
    [
      'reset in the body',
      (_request, socket) => void socket.write(HALF, () => setTimeout(() => socket.resetAndDestroy(), 10)),
      'connection-reset',
    ],
    ['no HTTP', (_request, socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), 'bad-response'],
    [
      'a head without end',
      (_request, socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}`),
      'headers-too-large',
    ],
    ['two answers', (_request, socket) => socket.write(ok() + ok()), 'unexpected-data'],
  ]
  for (const [name, serve, code] of cases) {
    test(`${name}: ${code}`, async () => {
      await using rig = await Rig.serving(serve)
      for (let i = 1; i <= 3; i++) {
        assert.equal(await fate(rig.client.get('/')), code)
        assert.equal(rig.connections, i, 'a failed connection is not used again')
      }
      assertCounted(rig, 3)
    })
  }

  test('nothing listens: connection-refused', async () => {
    await using rig = new Rig(`http://127.0.0.1:${await unusedPort()}`, undefined)
    assert.equal(await fate(rig.client.get('/')), 'connection-refused')
    assertCounted(rig, 1)
  })

  test('nothing listens at any address of localhost: connection-refused', async () => {
    await using rig = new Rig(`http://localhost:${await unusedPort()}`, undefined)
    assert.equal(await fate(rig.client.get('/')), 'connection-refused')
  })

  test('a name that is none: dns-failed', async () => {
    await using rig = new Rig('http://does-not-exist.invalid', undefined)
    assert.equal(await fate(rig.client.get('/')), 'dns-failed')
    assertCounted(rig, 1)
  })

  test('many at once, some of which fail: each is counted once', async () => {
    await using rig = await Rig.serving(({ line }, socket) => {
      if (line.includes('reset')) socket.resetAndDestroy()
      else if (line.includes('half')) socket.end(HALF)
      else socket.write(ok())
    })
    const paths = Array.from({ length: 60 }, (_, i) => ['/ok', '/reset', '/half'][i % 3]!)
    const fates = await Promise.all(paths.map((path) => fate(rig.client.get(path))))
    const expected: Record<string, string> = {
      '/ok': '200',
      '/reset': 'connection-reset',
      '/half': 'connection-closed',
    }
    assert.deepEqual(
      fates,
      paths.map((path) => expected[path]),
    )
    assertCounted(rig, 60)
  })
})

suite('a request too large to be written at once', () => {
  const large = new Uint8Array(16 * 1024 * 1024)

  for (const connection of ['keep-alive', 'close']) {
    test(`answered before it is whole: that is the answer, and the connection is left (${connection})`, async () => {
      const answer = `HTTP/1.1 413 Too Large\r\nConnection: ${connection}\r\nContent-Length: 3\r\n\r\nno!`
      await using rig = await Rig.connecting((socket) => {
        socket.once('data', () => socket.pause().write(answer))
      })
      for (let i = 1; i <= 2; i++) {
        const response = await rig.client.post('/', { body: large })
        assert.deepEqual([response.status, response.text()], [413, 'no!'])
        assert.equal(rig.connections, i)
      }
      assertCounted(rig, 2)
    })
  }

  test('reset in the middle of it: one failure, no other exception', async () => {
    await using rig = await Rig.connecting((socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    })
    assert.equal(await fate(rig.client.post('/', { body: large })), 'connection-reset')
    assertCounted(rig, 1)
  })
})

suite('timeouts', () => {
  const cases: [string, Serve][] = [
    ['no byte', () => {}],
    ['half an answer', (_request, socket) => socket.write(HALF)],
    ['an answer that drips', (_request, socket) => void drip(socket)],
  ]
  for (const [name, serve] of cases) {
    test(`${name}: timed-out, soon after it was due`, async () => {
      await using rig = await Rig.serving(serve, { timeoutMs: 120 })
      const before = performance.now()
      assert.equal(await fate(rig.client.get('/')), 'timed-out')
      const took = performance.now() - before
      assert.ok(took >= 120 && took < 400, `after ${took} ms`)
      const [{ exchange } = assert.fail('nothing was told')] = rig.witness.ended
      const recorded = exchange.endedAt - exchange.startedAt
      assert.ok(recorded >= 120 && recorded <= took, `recorded as ${recorded} ms`)
      assertCounted(rig, 1)
    })
  }

  test('while the connection opens', async () => {
    const clock = new FakeClock()
    await using rig = await Rig.serving(() => {}, { clock, timeoutMs: 1_000 })
    const asked = fate(rig.client.get('/'))
    clock.advance(950)
    assert.equal(rig.witness.ended.length, 0)
    clock.advance(100)
    assert.equal(await asked, 'timed-out')
    assertCounted(rig, 1)
  })

  test('not before it is due, and never of a connection that idles', async () => {
    const clock = new FakeClock()
    const answers: (() => void)[] = []
    await using rig = await Rig.serving((_request, socket) => answers.push(() => socket.write(ok())), {
      clock,
      timeoutMs: 1_000,
    })
    for (let i = 0; i < 2; i++) {
      const asked = rig.client.get('/')
      await until(() => answers.length === 1)
      clock.advance(950)
      answers.pop()!()
      assert.equal((await asked).durationMs, 950)
      clock.advance(10_000)
    }
    assert.equal(rig.connections, 1)
    assertCounted(rig, 2)
  })
})

suite('the end of the run', () => {
  test('what is under way, connecting or waiting, is interrupted; no timer and no socket stays', async () => {
    const clock = new FakeClock()
    const taken: unknown[] = []
    await using rig = await Rig.serving(() => taken.push(0), { clock })
    const waiting = fate(rig.client.get('/waiting'))
    await until(() => taken.length === 1)
    const connecting = fate(rig.client.get('/connecting'))
    rig.transport.close('interrupted')
    assert.deepEqual(await Promise.all([waiting, connecting]), ['interrupted', 'interrupted'])
    assert.equal(clock.pending, 0)
    assertCounted(rig, 2)
  })

  test('a request asked for afterwards is interrupted, too, in a later turn', async () => {
    await using rig = await Rig.serving((_request, socket) => setTimeout(() => socket.write(ok()), 200))
    rig.transport.close('interrupted')
    let rejected = false
    const asked = fate(rig.client.get('/')).finally(() => (rejected = true))
    for (let i = 0; i < 50; i++) await Promise.resolve()
    assert.equal(rejected, false)
    assert.equal(await asked, 'interrupted')
    assertCounted(rig, 1)
  })
})

test('an observer that throws is an uncaught exception; the request is settled all the same', async () => {
  const thrown: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => thrown.push(error))
  try {
    const observer = { started() {}, answered: throwing, failed: throwing }
    await using rig = await Rig.serving(
      ({ line }, socket) => (line.includes('half') ? socket.end(HALF) : socket.write(ok())),
      { observer },
    )
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(await fate(rig.client.get('/half')), 'connection-closed')
    assert.equal(thrown.length, 3)
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
})

suite('errors of the operating system', () => {
  const codes: [string, string][] = [
    ['ECONNREFUSED', 'connection-refused'],
    ['ECONNRESET', 'connection-reset'],
    ['ECONNABORTED', 'connection-reset'],
    ['EPIPE', 'connection-reset'],
    ['ENOTFOUND', 'dns-failed'],
    ['EAI_AGAIN', 'dns-failed'],
    ['EAI_FAIL', 'dns-failed'],
    ['EHOSTUNREACH', 'host-unreachable'],
    ['ENETUNREACH', 'host-unreachable'],
    ['EADDRNOTAVAIL', 'ports-exhausted'],
    ['EMFILE', 'files-exhausted'],
    ['ENFILE', 'files-exhausted'],
    ['ETIMEDOUT', 'timed-out'],
    ['EWHATEVER', 'connection-failed'],
  ]
  for (const [code, ours] of codes) {
    test(`${code}: ${ours}`, () => {
      const system = Object.assign(new Error(`connect ${code}`), { code })
      assert.equal(fromSystemError(system).code, ours)
      assert.match(fromSystemError(system).message, new RegExp(`\\(connect ${code}\\)$`))
      assert.equal(fromSystemError(new AggregateError([system, new Error('other')])).code, ours)
    })
  }
})

async function drip(socket: Socket): Promise<void> {
  socket.write(HALF)
  while (!socket.destroyed) {
    socket.write('.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function throwing(): never {
  throw new TransportError('bad-response', 'from an observer')
}

/** Every exchange that started ended once: answered or failed. */
function assertCounted({ witness }: Rig, expected: number): void {
  assert.equal(witness.begun.length, expected)
  assert.equal(witness.ended.length, expected)
  assert.deepEqual(new Set(witness.ended.map(({ exchange }) => exchange)), new Set(witness.begun))
  for (const { exchange } of witness.ended) assert.ok(exchange.endedAt >= exchange.startedAt)
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
