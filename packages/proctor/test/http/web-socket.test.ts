import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'
import { Recorder } from '../../src/engine/recorder.ts'
import { phasesOf } from '../../src/http/phases.ts'
import type { TransportOptions } from '../../src/http/transport.ts'
import { TransportError } from '../../src/http/transport-error.ts'
import { url } from '../../src/http/url.ts'
import { USUAL_TLS } from '../../src/http/tls.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { certificate } from './certificates.ts'
import { Rig } from './rig.ts'

interface Serving {
  /** Told of each message; sends it back unless given. */
  answer?: (socket: WebSocket, text: string, raw: Socket) => void
  isSecure?: boolean
  status?: number
  autoPong?: boolean
}

/** A real server on a free port, and a client of it; both gone when the test is over. */
async function serving(t: TestContext, serve: Serving = {}, options: Partial<TransportOptions> = {}) {
  const { answer = (socket, text) => socket.send(text), isSecure = false, status, autoPong = true } = serve
  const identity = certificate({ name: 'server', hosts: ['127.0.0.1'] })
  const server = isSecure ? createSecureServer(identity) : createServer()
  const sockets = new Set<WebSocket>()
  const heads: NodeJS.Dict<string | string[]>[] = []
  const endpoint = new WebSocketServer({
    noServer: true,
    autoPong,
    handleProtocols: (offered) => [...offered][0]!,
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    heads.push(request.headers)
    if (status === undefined) {
      endpoint.handleUpgrade(request, socket, head, (each) => {
        sockets.add(each)
        each.on('message', (data: Buffer) => answer(each, data.toString(), socket))
        each.on('error', () => {})
      })
    } else socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`)
  })
  endpoint.on('headers', (headers) => headers.push('Set-Cookie: seen=1'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const base = `http${isSecure ? 's' : ''}://127.0.0.1:${port}`
  const rig = new Rig(base, undefined, { tls: { ...USUAL_TLS, insecure: true }, ...options })
  t.after(async () => {
    await rig[Symbol.asyncDispose]()
    for (const each of sockets) each.terminate()
    server.closeAllConnections()
    server.close()
  })
  return { rig, sockets, heads, port }
}

const rowsOf = ({ witness }: Rig): string[] =>
  witness.ended.map(({ exchange, outcome }) => {
    return `${exchange.method} ${exchange.name} ${'status' in outcome ? outcome.status : outcome.code}`
  })

async function codeOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
    return 'nothing'
  } catch (error) {
    return error instanceof TransportError ? error.code : String(error)
  }
}

suite('WebSocket', () => {
  for (const isSecure of [false, true]) {
    test(`the handshake and each answer are requests of their own, timed (${isSecure ? 'wss' : 'ws'})`, async (t) => {
      const { rig } = await serving(t, { isSecure, answer: answerLate })
      const socket = await rig.client.webSocket('/chat')
      const message = await socket.ask('Zoë')
      assert.equal(message.text(), 're: Zoë')
      assert.ok(message.durationMs >= 29, `${message.durationMs}`)
      await socket.ask('again', { name: 'chat again' })
      assert.deepEqual(rowsOf(rig), ['WS /chat 101', 'WS /chat (message) 101', 'WS chat again 101'])
      const [opening, first] = rig.witness.ended.map(({ exchange }) => exchange)
      assert.deepEqual([phasesOf(opening!).tlsMs !== undefined, opening!.use, first!.use], [isSecure, 1, 2])
      assert.ok(first!.endedAt - first!.startedAt >= 29)
      assert.equal(first!.requestBytes, Buffer.byteLength('Zoë'))
    })
  }

  test('answers find who asked for them, in whatever order they come', async (t) => {
    const asked: [WebSocket, string][] = []
    const { rig } = await serving(t, {
      answer(socket, text) {
        asked.push([socket, text])
        if (asked.length === 3) for (const [to, each] of asked.splice(0).toReversed()) to.send(each)
      },
    })
    const socket = await rig.client.webSocket('/')
    const answers = [1, 2, 3].map((id) =>
      socket.ask(JSON.stringify({ id }), { match: (message) => message.json<{ id: number }>().id === id }),
    )
    assert.deepEqual(await Promise.all(answers.map(async (each) => (await each).json())), [
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ])
  })

  test('what comes unasked is received later; bytes stay bytes', async (t) => {
    const { rig, sockets } = await serving(t)
    const socket = await rig.client.webSocket('/')
    const [server] = sockets
    server!.send(Uint8Array.from([0, 255]))
    server!.send('news')
    assert.equal((await socket.receive({ match: ({ isBinary }) => !isBinary })).text(), 'news')
    const { bytes, isBinary } = await socket.receive()
    assert.deepEqual([[...bytes], isBinary], [[0, 255], true])
    const late = socket.receive({ name: 'late' })
    server!.send('more')
    assert.equal((await late).text(), 'more')
    assert.equal(rowsOf(rig).at(-1), 'WS late 101')
  })

  test('pings are timed, too', async (t) => {
    const { rig } = await serving(t)
    const socket = await rig.client.webSocket('/')
    await socket.ping()
    assert.equal(rowsOf(rig).at(-1), 'WS / (ping) 101')
  })

  test('headers, credentials, cookies, query and protocols go with the handshake', async (t) => {
    const { rig, heads } = await serving(t)
    await rig.client.webSocket('/', { query: { room: 7 } })
    await rig.client.webSocket('/', {
      protocols: ['v2', 'v1'],
      auth: { token: 'abc' },
      headers: { 'X-Own': '1' },
    })
    const {
      cookie,
      authorization,
      'x-own': own,
      'user-agent': agent,
      'sec-websocket-protocol': offered,
    } = heads[1]!
    assert.deepEqual(
      [cookie, authorization, own, agent, offered],
      ['seen=1', 'Bearer abc', '1', 'rig', 'v2,v1'],
    )
  })

  test('the rows of a template, of a name, and of a base URL', async (t) => {
    const { rig } = await serving(t)
    const room = await rig.client.webSocket(url`/rooms/${{ id: 7 }}`)
    await room.ask('x')
    const named = await rig.client.webSocket('/rooms/8', { name: 'room' })
    await named.ping()
    assert.deepEqual(rowsOf(rig), [
      'WS /rooms/{id} 101',
      'WS /rooms/{id} (message) 101',
      'WS room 101',
      'WS room (ping) 101',
    ])
  })

  test('a whole URL goes where it says', async (t) => {
    const { port } = await serving(t)
    const { rig } = await serving(t)
    const socket = await rig.client.webSocket(`ws://127.0.0.1:${port}/there`)
    assert.equal((await socket.ask('x')).text(), 'x')
  })

  test('closing: the code of the side that began it', async (t) => {
    const { rig, sockets } = await serving(t)
    const first = await rig.client.webSocket('/')
    assert.deepEqual(await first.close(1000, 'bye'), { code: 1000, reason: 'bye' })
    const second = await rig.client.webSocket('/')
    const asked = codeOf(second.receive())
    ;[...sockets].at(-1)!.close(1011, 'disk full')
    assert.deepEqual(await second.closed, { code: 1011, reason: 'disk full' })
    assert.equal(await asked, 'websocket-closed')
    assert.match((rig.witness.ended.at(-1)!.outcome as Error).message, /\(1011 disk full\)$/)
    assert.equal(await codeOf(second.ask('x')), 'websocket-closed')
  })
})

suite('WebSockets that do not answer', () => {
  test('no message: timed-out, by its own limit or the run’s, and the WebSocket goes on', async (t) => {
    const { rig } = await serving(t, { answer: answerOnce }, { timeoutMs: 150 })
    const socket = await rig.client.webSocket('/')
    assert.equal(await codeOf(socket.ask('x', { timeoutMs: 60 })), 'timed-out')
    assert.equal(await codeOf(socket.receive()), 'timed-out')
    assert.equal((await socket.ask('speak')).text(), 'here')
    assert.deepEqual(rowsOf(rig).slice(1), [
      'WS / (message) timed-out',
      'WS / (received) timed-out',
      'WS / (message) 101',
    ])
  })

  test('no pong: timed-out', async (t) => {
    const { rig } = await serving(t, { autoPong: false })
    const socket = await rig.client.webSocket('/')
    assert.equal(await codeOf(socket.ping({ timeoutMs: 60 })), 'timed-out')
  })

  test('no handshake: timed-out; another status: websocket-refused; nobody there: connection-refused', async () => {
    await using silent = await Rig.connecting(() => {}, { timeoutMs: 60 })
    assert.equal(await codeOf(silent.client.webSocket('/')), 'timed-out')
    await using nobody = new Rig('http://127.0.0.1:1', undefined)
    assert.equal(await codeOf(nobody.client.webSocket('/')), 'connection-refused')
    assert.equal(nobody.witness.ended.length, 1)
  })

  for (const status of [200, 302, 403, 500]) {
    test(`${status} to the handshake: websocket-refused`, async (t) => {
      const { rig } = await serving(t, { status })
      assert.equal(await codeOf(rig.client.webSocket('/')), 'websocket-refused')
      assert.match((rig.witness.ended[0]!.outcome as Error).message, new RegExp(`\\(status ${status}\\)$`))
    })
  }

  test('a wrong certificate has its own code', async (t) => {
    const { rig } = await serving(t, { isSecure: true }, { tls: USUAL_TLS })
    assert.equal(await codeOf(rig.client.webSocket('/')), 'tls-self-signed')
  })

  test('the end of the run interrupts what is waited for, and leaves nothing open', async (t) => {
    const { rig, sockets } = await serving(t, { answer: () => {} })
    const socket = await rig.client.webSocket('/')
    const asked = codeOf(socket.ask('x'))
    rig.transport.close('interrupted')
    assert.equal(await asked, 'interrupted')
    await once([...sockets][0]!, 'close')
  })

  test('a user who has been stopped asks for nothing more', async (t) => {
    const { rig } = await serving(t)
    const socket = await rig.client.webSocket('/')
    rig.client.refuse(() => new Error('stopped'))
    await assert.rejects(socket.ask('x'), /stopped/)
    await assert.rejects(rig.client.webSocket('/'), /stopped/)
    assert.throws(() => socket.send('x'), /stopped/)
    assert.equal(rig.witness.begun.length, 1)
  })
})

suite('hostile WebSockets', () => {
  test('a flood of messages that nobody asked for is not held on to', async (t) => {
    const { rig, sockets } = await serving(t)
    const socket = await rig.client.webSocket('/')
    const [server] = sockets
    for (let i = 0; i < 5_000; i++) server!.send(`${i}`)
    await socket.ask('last', { match: (message) => message.text() === 'last' })
    assert.equal((await socket.receive()).text(), '4000')
  })

  test('a message of 9 MiB, and bytes that are no frame: closed by code, no crash', async (t) => {
    const huge = await serving(t, { answer: (socket) => socket.send(Buffer.alloc(9 * 2 ** 20)) })
    const first = await huge.rig.client.webSocket('/')
    assert.equal(await codeOf(first.ask('x')), 'websocket-closed')
    const raw = await serving(t, {
      answer: (_socket, _text, bytes) => bytes.write(Buffer.alloc(64, 255)),
    })
    const second = await raw.rig.client.webSocket('/')
    assert.equal(await codeOf(second.ask('x')), 'websocket-closed')
  })
})

test('200 WebSockets at a time: every message is counted, and finds its own answer', async (t) => {
  const recorder = new Recorder(new FakeClock())
  const { rig } = await serving(t, {}, { observer: recorder })
  const sockets = await Promise.all(Array.from({ length: 200 }, () => rig.client.webSocket('/')))
  await Promise.all(
    sockets.map(async (socket, i) => {
      for (let n = 0; n < 10; n++) assert.equal((await socket.ask(`${i}/${n}`)).text(), `${i}/${n}`)
    }),
  )
  const rows = recorder
    .take()
    .requests.map(({ name, stats }) => [name, RequestStats.fromWire(stats).succeeded.count])
  assert.deepEqual(rows, [
    ['/', 200],
    ['/ (message)', 2_000],
  ])
})

function answerLate(socket: WebSocket, text: string): void {
  setTimeout(() => socket.send(`re: ${text}`), 30)
}

function answerOnce(socket: WebSocket, text: string): void {
  if (text === 'speak') socket.send('here')
}
