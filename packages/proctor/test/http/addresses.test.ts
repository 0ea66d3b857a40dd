import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { test, type TestContext } from 'node:test'
import { phasesOf } from '../../src/http/phases.ts'
import { FakeClock, fate, ok, Rig, until } from './rig.ts'

const PORT_OF_ALL = '0.0.0.0'

/** A server at every loopback address, a name for some of them, and a client that takes a new connection for each request. */
async function named(t: TestContext, resolve: (host: string) => Promise<LookupAddress[]>, clock?: FakeClock) {
  const reached: string[] = []
  const server = await Rig.serving(
    (_request, socket) => {
      reached.push(socket.localAddress!)
      socket.end(ok().replace('OK\r\n', 'OK\r\nConnection: close\r\n'))
    },
    { host: PORT_OF_ALL },
  )
  const url = `http://students.test:${new URL(server.url).port}`
  const rig = new Rig(url, undefined, { resolve, ...(clock && { clock }) })
  t.after(async () => {
    await rig[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  return { rig, reached }
}

const all = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 4 }))

test('a name is asked for once, and its addresses are taken in turn', async (t) => {
  let asked = 0
  const { rig, reached } = await named(t, async () => {
    asked += 1
    return all('127.0.0.1', '127.0.0.2', '127.0.0.3')
  })
  for (let i = 0; i < 6; i++) await rig.client.get('/')
  assert.deepEqual(reached, ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.1', '127.0.0.2', '127.0.0.3'])
  assert.equal(asked, 1)
  const [first] = rig.witness.ended.map(({ exchange }) => phasesOf(exchange))
  assert.ok(first!.dnsMs! >= 0 && first!.connectMs! > 0, JSON.stringify(first))
})

test('many at once ask for a name once; after a minute it is asked for again', async (t) => {
  let asked = 0
  const clock = new FakeClock()
  const { rig } = await named(
    t,
    async () => {
      asked += 1
      return all('127.0.0.1')
    },
    clock,
  )
  await Promise.all(Array.from({ length: 20 }, () => rig.client.get('/')))
  assert.equal(asked, 1)
  clock.advance(59_000)
  await rig.client.get('/')
  assert.equal(asked, 1)
  clock.advance(1_001)
  await rig.client.get('/')
  assert.equal(asked, 2)
})

test('a failure is told, and not kept', async (t) => {
  let asked = 0
  const { rig } = await named(t, () => {
    asked += 1
    if (asked > 1) return Promise.resolve(all('127.0.0.1'))
    return Promise.reject(
      Object.assign(new Error('getaddrinfo ENOTFOUND students.test'), { code: 'ENOTFOUND' }),
    )
  })
  assert.equal(await fate(rig.client.get('/')), 'dns-failed')
  assert.equal(await fate(rig.client.get('/')), '200')
})

test('an address that nothing listens at is passed over for the next', async () => {
  await using server = await Rig.serving((_request, socket) => socket.write(ok()))
  const url = `http://students.test:${new URL(server.url).port}`
  await using rig = new Rig(url, undefined, { resolve: () => Promise.resolve(all('127.0.0.9', '127.0.0.1')) })
  assert.equal(await fate(rig.client.get('/')), '200')
})

test('connections come from the local addresses in turn', async () => {
  const from: string[] = []
  await using server = await Rig.serving((_request, socket) => {
    from.push(socket.remoteAddress!)
    socket.write(ok())
  })
  await using rig = new Rig(server.url, undefined, { localAddresses: ['127.0.0.5', '127.0.0.6'] })
  await Promise.all(Array.from({ length: 4 }, () => rig.client.get('/')))
  await until(() => from.length === 4)
  assert.deepEqual(from.toSorted(), ['127.0.0.5', '127.0.0.5', '127.0.0.6', '127.0.0.6'])
})
