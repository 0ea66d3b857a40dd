import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import { createServer, type Server, type TlsOptions, type TLSSocket } from 'node:tls'
import { suite, test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Recorder } from '../../src/engine/recorder.ts'
import { phasesOf } from '../../src/http/phases.ts'
import { type TlsSettings, USUAL_TLS } from '../../src/http/tls.ts'
import type { TransportError } from '../../src/http/transport-error.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { certificate, type Certified } from './certificates.ts'
import { fate, ok, Rig } from './rig.ts'

const authority = certificate({ name: 'Test Authority', isAuthority: true })
const stranger = certificate({ name: 'Another Authority', isAuthority: true })
const hosts = ['127.0.0.1', 'localhost']
const good = certificate({ name: 'server', issuer: authority, hosts })
const client = certificate({ name: 'client', issuer: authority })

/** A service behind TLS that answers every request with the name it was asked by; gone when the test is over. */
async function secured(t: TestContext, identity: Certified, options: TlsOptions = {}): Promise<Service> {
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: identity.cert, key: identity.key, ...options }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () =>
      socket.write(ok(`${String(socket.servername)} ${String(socket.getPeerCertificate().subject?.CN)}`)),
    )
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { server, sockets, url: `https://127.0.0.1:${port}`, byName: `https://localhost:${port}` }
}

interface Service {
  readonly server: Server
  readonly sockets: ReadonlySet<TLSSocket>
  readonly url: string
  readonly byName: string
}

function rigOf(t: TestContext, url: string, tls: Partial<TlsSettings> = {}): Rig {
  const rig = new Rig(url, undefined, { tls: { ...USUAL_TLS, ca: authority.cert, ...tls } })
  t.after(() => rig[Symbol.asyncDispose]())
  return rig
}

suite('https', () => {
  test('a request and its answer, byte for byte, over one connection', async (t) => {
    const { url, sockets } = await secured(t, good)
    const rig = rigOf(t, url)
    for (let i = 0; i < 20; i++) assert.equal((await rig.client.get('/')).text(), 'false undefined')
    assert.equal(sockets.size, 1)
  })

  test('large bodies both ways', async (t) => {
    const body = Buffer.alloc(3_000_000, 'é')
    const { server, url } = await secured(t, good)
    server.removeAllListeners('secureConnection')
    server.on('secureConnection', (socket) => {
      let length = 0
      socket.on('data', (data) => {
        length += data.length
        if (length < body.length) return
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`)
        socket.end(body)
      })
    })
    const response = await rigOf(t, url).client.post('/', { body })
    assert.ok(body.equals(response.body))
  })

  test('the handshake is a phase of its own, of the first request alone', async (t) => {
    const { url } = await secured(t, good)
    const rig = rigOf(t, url)
    await rig.client.get('/')
    await rig.client.get('/')
    const [first, second] = rig.witness.ended.map(({ exchange }) => phasesOf(exchange))
    assert.ok(first!.tlsMs! > 0 && first!.connectMs! > 0, JSON.stringify(first))
    assert.deepEqual([second!.tlsMs, second!.connectMs], [undefined, undefined])
  })

  test('SNI is the host, or the name that is given; an address sends none', async (t) => {
    const named = certificate({ name: 'server', issuer: authority, hosts: ['students.test'] })
    const { byName } = await secured(t, good)
    assert.equal((await rigOf(t, byName).client.get('/')).text(), 'localhost undefined')
    const { url } = await secured(t, named)
    const given = rigOf(t, url, { servername: 'students.test' })
    assert.equal((await given.client.get('/')).text(), 'students.test undefined')
  })

  test('a client certificate is shown to who asks for it', async (t) => {
    const { url } = await secured(t, good, { requestCert: true, ca: authority.cert })
    const rig = rigOf(t, url, { cert: client.cert, key: client.key })
    assert.equal((await rig.client.get('/')).text(), 'false client')
  })

  test('sessions are taken up again, whosever they were, and counted', async (t) => {
    const { url } = await secured(t, good)
    const recorder = new Recorder(new FakeClock())
    for (const [resume, expected] of [
      [true, [3, 2]],
      [false, [3, 0]],
    ] as const) {
      const tls = { ...USUAL_TLS, ca: authority.cert, resume }
      const rig = new Rig(url, undefined, { tls, observer: recorder })
      t.after(() => rig[Symbol.asyncDispose]())
      for (let i = 0; i < 3; i++) {
        await rig.client.get('/')
        rig.client.close()
      }
      const { tlsHandshakes, tlsResumed } = recorder.take().counts
      assert.deepEqual([tlsHandshakes, tlsResumed], expected)
    }
  })
})

suite('what is wrong with a certificate is said, and counted once', () => {
  const cases: [string, Certified, Partial<TlsSettings>, string][] = [
    [
      'over',
      certificate({ name: 's', issuer: authority, hosts, validFrom: -9, validTo: -1 }),
      {},
      'tls-expired',
    ],
    [
      'not begun',
      certificate({ name: 's', issuer: authority, hosts, validFrom: 2, validTo: 9 }),
      {},
      'tls-expired',
    ],
    ['of itself', certificate({ name: 's', hosts }), {}, 'tls-self-signed'],
    [
      'of another host',
      certificate({ name: 's', issuer: authority, hosts: ['other.test'] }),
      {},
      'tls-wrong-host',
    ],
    ['of nobody known', certificate({ name: 's', issuer: stranger, hosts }), {}, 'tls-unknown-ca'],
    ['of nobody that Node knows', good, { ca: null }, 'tls-unknown-ca'],
    ['of another name', good, { servername: 'other.test' }, 'tls-wrong-host'],
  ]
  for (const [what, identity, settings, code] of cases) {
    test(`${what}: ${code}, unless any will do`, async (t) => {
      const { url } = await secured(t, identity)
      const rig = rigOf(t, url, settings)
      assert.equal(await fate(rig.client.get('/')), code)
      assert.equal(await fate(rigOf(t, url, { ...settings, insecure: true }).client.get('/')), '200')
      const [{ exchange } = assert.fail('nothing was told'), ...more] = rig.witness.ended
      assert.equal(more.length, 0)
      const { connectMs, tlsMs, waitingMs } = phasesOf(exchange)
      assert.deepEqual([connectMs! > 0, tlsMs! > 0, waitingMs], [true, true, undefined])
    })
  }

  // Before TLS 1.3 there was no alert of its own for it.
  for (const [maxVersion, code] of [
    ['TLSv1.2', 'tls-handshake-failed'],
    ['TLSv1.3', 'tls-client-certificate'],
  ] as const) {
    test(`no client certificate where one is asked for (${maxVersion}): ${code}`, async (t) => {
      const { url } = await secured(t, good, { requestCert: true, ca: authority.cert, maxVersion })
      assert.equal(await fate(rigOf(t, url).client.get('/')), code)
    })
  }

  test('a server that speaks no TLS, or leaves in the handshake: tls-handshake-failed, in the same words each time', async (t) => {
    for (const goodbye of ['HTTP/1.1 400 Bad Request\r\n\r\n', undefined]) {
      const server = createPlainServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => (goodbye === undefined ? socket.destroy() : socket.end(goodbye)))
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      t.after(() => server.close())
      const rig = rigOf(t, `https://127.0.0.1:${(server.address() as AddressInfo).port}`)
      for (let i = 0; i < 2; i++) assert.equal(await fate(rig.client.get('/')), 'tls-handshake-failed')
      const [one, two] = rig.witness.ended.map(({ outcome }) => (outcome as TransportError).message)
      assert.equal(one, two)
    }
  })

  test('a handshake that never ends: timed-out, and all of it is of the handshake', async (t) => {
    const server = createPlainServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    await using rig = new Rig(url, undefined, { timeoutMs: 120 })
    t.after(() => server.close())
    assert.equal(await fate(rig.client.get('/')), 'timed-out')
    assert.ok(phasesOf(rig.witness.ended[0]!.exchange).tlsMs! > 0)
  })
})

test('an answer that is there at once leaves its connection to the next request', async (t) => {
  // In a thread of its own, so that it answers while this one is at work.
  const service = `
    const { createServer } = require('node:tls')
    const { parentPort, workerData } = require('node:worker_threads')
    let opened = 0
    const server = createServer(workerData.identity, (socket) => {
      opened += 1
      socket.on('error', () => {}).on('data', () => socket.write(workerData.answer))
    })
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
    parentPort.on('message', () => parentPort.postMessage(opened))`
  const { cert, key } = good
  const worker = new Worker(service, { eval: true, workerData: { identity: { cert, key }, answer: ok() } })
  t.after(() => worker.terminate())
  const [port] = (await once(worker, 'message')) as [number]
  const rig = rigOf(t, `https://127.0.0.1:${port}`, { ca: authority.cert })
  const asking = Array.from({ length: 10 }, async () => {
    for (let i = 0; i < 200; i++) await rig.client.get('/')
  })
  await Promise.all(asking)
  worker.postMessage('how many?')
  assert.deepEqual(await once(worker, 'message'), [10])
})
