import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConnectionFacts } from '../../src/http/connection-facts.ts'
import { hasPhases, type Phases, phasesOf } from '../../src/http/phases.ts'
import { Origin } from '../../src/http/origin.ts'
import { anExchange } from './an-exchange.ts'
import { fate, ok, Rig, until } from './rig.ts'

const opened: ConnectionFacts = {
  openingAt: 100,
  resolvedAt: 103,
  connectedAt: 108,
  openAt: 120,
  isResumed: undefined,
  remoteAddress: '127.0.0.1',
  localPort: 40_000,
}
const UNKNOWN = {
  openingAt: 0,
  resolvedAt: undefined,
  connectedAt: undefined,
  openAt: undefined,
  isResumed: undefined,
  remoteAddress: undefined,
  localPort: undefined,
}
const named = new Origin('http://localhost:5000')
const none = {
  blockedMs: 0,
  dnsMs: undefined,
  connectMs: undefined,
  tlsMs: undefined,
  sendingMs: undefined,
  waitingMs: undefined,
  receivingMs: undefined,
}

suite('the phases of an exchange that has ended', () => {
  const written = { startedAt: 120, sentAt: 121, firstByteAt: 130, endedAt: 137 }
  const opening = { startedAt: 100, origin: named, use: 1 }
  const cases: [string, Parameters<typeof anExchange>[0], Phases][] = [
    [
      'over an open connection, in one write and one read',
      { startedAt: 50, endedAt: 57 },
      { ...none, sendingMs: 0, waitingMs: 7, receivingMs: 0 },
    ],
    [
      'in an open load it was blocked until it was written',
      { dueAt: 41, startedAt: 50, endedAt: 57 },
      { ...none, blockedMs: 9, sendingMs: 0, waitingMs: 7, receivingMs: 0 },
    ],
    [
      'over a new connection with TLS, by name',
      { ...written, origin: named, connection: opened, use: 1, dueAt: 98 },
      { blockedMs: 2, dnsMs: 3, connectMs: 5, tlsMs: 12, sendingMs: 1, waitingMs: 9, receivingMs: 7 },
    ],
    [
      'over a new plain connection, by address',
      { ...written, connection: { ...opened, resolvedAt: undefined, connectedAt: 120 }, use: 1 },
      { ...none, connectMs: 20, sendingMs: 1, waitingMs: 9, receivingMs: 7 },
    ],
    [
      'answered before it was sent whole',
      { startedAt: 50, sentAt: Infinity, firstByteAt: 60, endedAt: 61 },
      { ...none, sendingMs: 10, waitingMs: 0, receivingMs: 1 },
    ],
    [
      'failed while it was sent',
      { startedAt: 50, sentAt: Infinity, endedAt: 61 },
      { ...none, sendingMs: 11, waitingMs: 0, receivingMs: 0 },
    ],
    [
      'failed in the name',
      { ...opening, connection: { ...nothingBut('openingAt') }, endedAt: 104 },
      { ...none, dnsMs: 4 },
    ],
    [
      'failed in the connect',
      { ...opening, connection: nothingBut('openingAt', 'resolvedAt'), endedAt: 104 },
      { ...none, dnsMs: 3, connectMs: 1 },
    ],
    [
      'failed in the handshake',
      { ...opening, connection: nothingBut('openingAt', 'resolvedAt', 'connectedAt'), endedAt: 110 },
      { ...none, dnsMs: 3, connectMs: 5, tlsMs: 2 },
    ],
  ]
  for (const [name, known, phases] of cases) {
    test(name, () => {
      const exchange = anExchange(known)
      assert.deepEqual(phasesOf(exchange), phases)
      const begun = known?.dueAt ?? (known?.use === 1 ? 100 : exchange.startedAt)
      const sum = Object.values(phases).reduce((all: number, ms: number | undefined) => all + (ms ?? 0), 0)
      assert.equal(sum, exchange.endedAt - begun, 'they add up to all of its time')
      if (!hasPhases(exchange)) assert.deepEqual([phases.sendingMs, phases.receivingMs], [0, 0])
    })
  }
})

suite('phases on the wire', () => {
  test('a server that waits, then sends in pieces', async () => {
    await using rig = await Rig.serving((_request, socket) => {
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab'), 30)
      setTimeout(() => socket.write('cd'), 80)
    })
    await rig.client.get('/')
    await rig.client.get('/')
    const [first, second] = rig.witness.ended.map(({ exchange }) => exchange)
    const [opening, reusing] = [phasesOf(first!), phasesOf(second!)]
    assert.ok(opening.connectMs! > 0, `connect ${opening.connectMs}`)
    assert.deepEqual([reusing.connectMs, reusing.dnsMs, reusing.tlsMs], [undefined, undefined, undefined])
    for (const { waitingMs, receivingMs, sendingMs } of [opening, reusing]) {
      assert.ok(waitingMs! >= 29, `waiting ${waitingMs}`)
      // A server that is late with the first piece sends the second the sooner.
      assert.ok(receivingMs! > 0, `receiving ${receivingMs}`)
      assert.ok(waitingMs! + receivingMs! >= 79, `${waitingMs} + ${receivingMs}`)
      assert.equal(sendingMs, 0)
    }
  })

  test('what is known of the connection', async () => {
    const ports: number[] = []
    await using rig = await Rig.serving((_request, socket) => {
      ports.push(socket.remotePort!)
      socket.write(ok())
    })
    for (let i = 0; i < 3; i++) await rig.client.get('/')
    const exchanges = rig.witness.ended.map(({ exchange }) => exchange)
    assert.deepEqual(
      exchanges.map(({ use }) => use),
      [1, 2, 3],
    )
    assert.deepEqual(
      exchanges.map(({ connection }) => connection?.localPort),
      ports,
    )
    const { remoteAddress, openingAt, openAt } = exchanges[2]!.connection!
    assert.equal(remoteAddress, '127.0.0.1')
    assert.ok(openingAt < openAt! && openAt! <= exchanges[0]!.startedAt)
  })

  test('a host by name has its time of DNS', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.write(ok()), { host: 'localhost' })
    await rig.client.get('/')
    const phases = phasesOf(rig.witness.ended[0]!.exchange)
    assert.ok(phases.dnsMs! > 0 && phases.connectMs! > 0, JSON.stringify(phases))
  })

  test('a server that does not read: sending', async () => {
    await using rig = await Rig.connecting((socket) => {
      let missing = 16 * 1024 * 1024
      setTimeout(() => {
        socket.on('data', (data) => {
          missing -= data.length
          if (missing <= 0) setTimeout(() => socket.write(ok()), 20)
        })
      }, 60)
    })
    await rig.client.post('/', { body: new Uint8Array(16 * 1024 * 1024) })
    const { sendingMs, waitingMs } = phasesOf(rig.witness.ended[0]!.exchange)
    assert.ok(sendingMs! >= 50, `sending ${sendingMs}`)
    assert.ok(waitingMs! >= 19, `waiting ${waitingMs}`)
  })

  test('nobody there: the connect is all there was', async () => {
    await using rig = new Rig('http://127.0.0.1:1', undefined)
    assert.equal(await fate(rig.client.get('/')), 'connection-refused')
    await until(() => rig.witness.ended.length === 1)
    const { exchange } = rig.witness.ended[0]!
    const { connectMs, waitingMs } = phasesOf(exchange)
    assert.deepEqual([connectMs, waitingMs], [exchange.endedAt - exchange.startedAt, undefined])
  })
})

function nothingBut(...known: (keyof ConnectionFacts)[]): ConnectionFacts {
  const facts = Object.fromEntries(known.map((key) => [key, opened[key]]))
  return { ...UNKNOWN, ...facts }
}
