import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { phasesOf } from '../../src/http/phases.ts'
import { USUAL_TLS } from '../../src/http/tls.ts'
import type { TransportOptions } from '../../src/http/transport.ts'
import { secureLoopback } from '../engine/loopback.ts'
import { certificate } from './certificates.ts'
import { fate, ok, Rig } from './rig.ts'

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: string) => void

/** A real server of HTTP/2 on a free port and a client of it; both gone when the test is over. */
async function serving(
  t: TestContext,
  answer: Answer,
  isSecure = false,
  options: Partial<TransportOptions> = {},
) {
  const server: Http2Server = isSecure
    ? createSecureServer(certificate({ name: 'server', hosts: ['127.0.0.1'] }))
    : createServer()
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('error', () => {})
  })
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    let body = ''
    stream.on('error', () => {})
    stream.setEncoding('utf8').on('data', (text: string) => (body += text))
    stream.on('end', () => answer(stream, headers, body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http${isSecure ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rig = new Rig(url, undefined, { http2: true, tls: { ...USUAL_TLS, insecure: true }, ...options })
  t.after(async () => {
    await rig[Symbol.asyncDispose]()
    for (const session of sessions) session.destroy()
    server.close()
  })
  return { rig, sessions }
}

const echo: Answer = (stream, headers, body) => {
  stream.respond({ ':status': 200, 'x-method': headers[':method']!, 'x-path': headers[':path']! })
  stream.end(`${headers['x-own'] as string} ${body}`)
}

suite('HTTP/2', () => {
  for (const isSecure of [false, true]) {
    test(`requests at the same time share one connection (${isSecure ? 'by ALPN' : 'without TLS'})`, async (t) => {
      const { rig, sessions } = await serving(t, echo, isSecure)
      const asked = Array.from({ length: 20 }, (_, i) =>
        rig.client.post(`/a?n=${i}`, { json: { i, name: 'Zoë' }, headers: { 'X-Own': String(i) } }),
      )
      for (const [i, response] of (await Promise.all(asked)).entries()) {
        assert.equal(response.text(), `${i} {"i":${i},"name":"Zoë"}`)
        assert.deepEqual(
          [response.headers.get('x-path'), response.headers.get('x-method')],
          [`/a?n=${i}`, 'POST'],
        )
      }
      assert.equal(sessions.size, 1)
      const exchanges = rig.witness.ended.map(({ exchange }) => exchange)
      assert.deepEqual(
        exchanges.map(({ use }) => use).toSorted((a, b) => a - b),
        Array.from({ length: 20 }, (_, i) => i + 1),
      )
      const first = phasesOf(exchanges.find(({ use }) => use === 1)!)
      assert.deepEqual([first.connectMs! > 0, first.tlsMs !== undefined], [true, isSecure])
      assert.ok(first.waitingMs! > 0)
    })
  }

  test('GET, HEAD and an empty answer; headers of HTTP/1.1 that frame are left out', async (t) => {
    const seen: string[] = []
    const { rig } = await serving(t, (stream, headers) => {
      seen.push(...Object.keys(headers))
      stream.respond({ ':status': headers[':path'] === '/none' ? 204 : 200 }, { endStream: true })
    })
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(await fate(rig.client.head('/')), '200')
    assert.equal(await fate(rig.client.get('/none')), '204')
    assert.ok(
      !seen.includes('host') && !seen.includes('connection') && seen.includes('user-agent'),
      seen.join(),
    )
  })

  test('bodies: large, and in pieces', async (t) => {
    const { rig } = await serving(t, (stream, _headers, body) => {
      stream.respond({ ':status': 200 })
      stream.end(body)
    })
    const large = 'é'.repeat(600_000)
    assert.equal((await rig.client.post('/', { body: large })).text(), large)
    assert.equal((await rig.client.post('/', { body: pieces() })).text(), 'abé')
    assert.equal(rig.witness.ended[1]!.exchange.requestBytes, 4)
  })

  test('redirects, cookies and compressed answers are as with HTTP/1.1', async (t) => {
    const { rig } = await serving(t, (stream, headers) => {
      if (headers[':path'] === '/login') {
        stream.respond({ ':status': 302, location: '/me', 'set-cookie': ['a=1', 'b=2'] }, { endStream: true })
      } else {
        stream.respond({ ':status': 200, 'content-encoding': 'gzip' })
        stream.end(gzipSync(String(headers.cookie)))
      }
    })
    assert.equal((await rig.client.post('/login')).text(), 'a=1; b=2')
    assert.deepEqual(
      rig.witness.ended.map(({ exchange }) => `${exchange.method} ${exchange.name}`),
      ['POST /login', 'GET /login (redirect)'],
    )
  })

  test('a limit of time ends its request alone', async (t) => {
    const { rig, sessions } = await serving(t, (stream, headers) => {
      if (headers[':path'] === '/slow') return
      stream.respond({ ':status': 200 }, { endStream: true })
    })
    assert.equal(await fate(rig.client.get('/slow', { timeoutMs: 60 })), 'timed-out')
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(sessions.size, 1)
  })

  test('a stream that is reset: stream-reset; a connection that is closed: the next request opens another', async (t) => {
    const { rig, sessions } = await serving(t, (stream, headers) => {
      if (headers[':path'] === '/reset') stream.close(2)
      else if (headers[':path'] === '/destroy') stream.session!.destroy()
      else stream.respond({ ':status': 200 }, { endStream: true })
    })
    assert.equal(await fate(rig.client.get('/reset')), 'stream-reset')
    assert.match(await fate(rig.client.get('/destroy')), /^(stream-reset|connection-(closed|reset))$/)
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(sessions.size, 2)
    assert.equal(rig.witness.ended.length, 3)
  })

  test('the end of the run interrupts what is under way', async (t) => {
    const { rig, sessions } = await serving(t, () => {})
    const asked = fate(rig.client.get('/'))
    while (sessions.size === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    rig.transport.close('interrupted')
    assert.equal(await asked, 'interrupted')
    assert.equal(rig.transport.openConnections, 0)
  })
})

suite('where HTTP/2 is not spoken', () => {
  test('nobody there: connection-refused', async () => {
    await using rig = new Rig('http://127.0.0.1:1', undefined, { http2: true })
    assert.equal(await fate(rig.client.get('/')), 'connection-refused')
    assert.equal(rig.witness.ended.length, 1)
  })

  test('HTTP/1.1 alone: a failure by name, and no crash', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.write(ok()), {
      http2: true,
      timeoutMs: 500,
    })
    assert.match(
      await fate(rig.client.get('/')),
      /^(http2-refused|connection-|stream-reset|timed-out|bad-response)/,
    )
    assert.equal(rig.witness.ended.length, 1)
  })

  test('HTTP/1.1 alone over TLS: no fallback, a failure by name', async (t) => {
    for (const protocols of [['http/1.1'], []]) {
      const identity = certificate({ name: 'server', hosts: ['127.0.0.1'] })
      const { host, seen } = await secureLoopback(t, { ...identity, ALPNProtocols: protocols })
      await using rig = new Rig(host, undefined, { http2: true, tls: { ...USUAL_TLS, insecure: true } })
      assert.equal(await fate(rig.client.get('/')), 'http2-refused')
      assert.deepEqual([rig.witness.ended.length, seen], [1, []])
    }
  })

  test('a wrong certificate has its own code', async (t) => {
    const { rig } = await serving(t, echo, true, { tls: USUAL_TLS })
    assert.equal(await fate(rig.client.get('/')), 'tls-self-signed')
  })
})

async function* pieces(): AsyncGenerator<string | Uint8Array> {
  yield 'ab'
  yield Buffer.from('é')
}
