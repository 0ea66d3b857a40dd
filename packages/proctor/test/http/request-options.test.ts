import assert from 'node:assert/strict'
import { setTimeout as passed } from 'node:timers/promises'
import { suite, test } from 'node:test'
import type { RequestOptions } from '../../src/http/request-options.ts'
import { FakeClock, fate, ok, type RawRequest, Rig } from './rig.ts'

async function received(options: RequestOptions, path = '/'): Promise<RawRequest> {
  const requests: RawRequest[] = []
  await using rig = await Rig.serving((request, socket) => {
    requests.push(request)
    socket.write(ok())
  })
  await rig.client.post(path, options)
  return requests[0]!
}

const valueOf = ({ headers }: RawRequest, name: string): string | undefined =>
  headers.find(([each]) => each.toLowerCase() === name)?.[1]

suite('query', () => {
  const cases: [string, RequestOptions['query'], string][] = [
    ['/a', { limit: 20, sort: 'name' }, '/a?limit=20&sort=name'],
    ['/a?b=1', { c: true }, '/a?b=1&c=true'],
    ['/a', { tag: ['x', 'y z'], none: undefined }, '/a?tag=x&tag=y+z'],
    ['/a', { q: 'a&b=c#d é' }, '/a?q=a%26b%3Dc%23d+%C3%A9'],
    ['/a', {}, '/a'],
  ]
  for (const [path, query, sent] of cases) {
    test(`${path} with ${JSON.stringify(query)} goes as ${sent}`, async () => {
      assert.equal((await received({ query: query! }, path)).line, `POST ${sent} HTTP/1.1`)
    })
  }

  test('the name stays the path', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.write(ok()))
    await rig.client.get('/a', { query: { id: 7 } })
    assert.equal(rig.witness.ended[0]!.exchange.name, '/a')
  })
})

suite('bodies', () => {
  test('a form', async () => {
    const request = await received({ form: { name: 'Zoë & co', tag: ['a', 'b'], none: undefined } })
    assert.equal(request.body.toString(), 'name=Zo%C3%AB+%26+co&tag=a&tag=b')
    assert.equal(valueOf(request, 'content-type'), 'application/x-www-form-urlencoded')
  })

  test('multipart, as the platform’s own parser reads it', async () => {
    const file = Uint8Array.from([0, 255, 13, 10])
    const request = await received({
      multipart: {
        'a "name"': 'Zoë',
        count: 3,
        file: { content: file, filename: 'x".bin', contentType: 'image/png' },
        plain: { content: 'text' },
      },
    })
    const headers = { 'content-type': valueOf(request, 'content-type')! }
    const form = await new Response(new Uint8Array(request.body), { headers }).formData()
    assert.deepEqual([form.get('a "name"'), form.get('count')], ['Zoë', '3'])
    const sent = form.get('file') as File
    assert.deepEqual(
      [sent.name, sent.type, new Uint8Array(await sent.arrayBuffer())],
      ['x".bin', 'image/png', file],
    )
    assert.equal(await (form.get('plain') as File).text(), 'text')
  })

  test('what comes in pieces is sent in chunks, and its bytes are counted', async () => {
    const pieces: Buffer[] = []
    await using rig = await Rig.connecting((socket) => {
      socket.on('data', (data: Buffer) => {
        pieces.push(data)
        if (data.includes('0\r\n\r\n')) socket.write(ok())
      })
    })
    for (let i = 0; i < 2; i++) {
      pieces.length = 0
      await rig.client.post('/', { body: inPieces(['ab', '', Uint8Array.from([99]), 'é']) })
      const sent = Buffer.concat(pieces).toString()
      assert.match(sent, /Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n2\r\né\r\n0\r\n\r\n$/)
      assert.equal(rig.witness.ended[i]!.exchange.requestBytes, 5)
    }
    assert.equal(rig.connections, 1)
  })

  test('a stream of the platform is one, too, and one that is fast waits for the service', async () => {
    let arrived = 0
    const size = 64 * 1024
    await using rig = await Rig.connecting((socket) => {
      socket.on('data', (data: Buffer) => {
        arrived += data.length
        if (data.subarray(-5).toString() === '0\r\n\r\n') socket.write(ok())
      })
    })
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (made++ < 100) controller.enqueue(new Uint8Array(size))
        else controller.close()
      },
    })
    let made = 0
    await rig.client.post('/', { body: stream })
    assert.ok(arrived > 100 * size)
    assert.equal(rig.witness.ended[0]!.exchange.requestBytes, 100 * size)
  })

  test('a body that breaks off: body-failed; one answered before its end: that is the answer, and the connection is left', async () => {
    await using rig = await Rig.connecting((socket) =>
      socket.once('data', () => setTimeout(() => socket.write(ok()), 30)),
    )
    assert.equal(await fate(rig.client.post('/', { body: breaking() })), 'body-failed')
    assert.equal(await fate(rig.client.post('/', { body: endless() })), '200')
    await passed(20)
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(rig.connections, 3)
  })

  for (const [what, options] of [
    ['form and multipart', { form: {}, multipart: {} }],
    ['body and form', { body: 'x', form: {} }],
  ] as const) {
    test(`${what} is refused`, async () => assert.rejects(received(options), TypeError))
  }
})

suite('credentials', () => {
  for (const [auth, value] of [
    [{ user: 'ada', password: 'é:x' }, 'Basic YWRhOsOpOng='],
    [{ token: 'abc' }, 'Bearer abc'],
  ] as const) {
    test(value, async () => assert.equal(valueOf(await received({ auth }), 'authorization'), value))
  }

  test('what would break the head is refused', async () => {
    await assert.rejects(received({ auth: { token: 'a\r\nX: 1' } }), TypeError)
  })
})

suite('limits of time', () => {
  test('of one request', async () => {
    await using rig = await Rig.serving(({ line }, socket) => {
      setTimeout(() => socket.write(ok()), line.includes('/slow') ? 300 : 0)
    })
    assert.equal(await fate(rig.client.get('/slow', { timeoutMs: 60 })), 'timed-out')
    assert.equal(await fate(rig.client.get('/slow')), '200')
  })

  test('for the first byte, whatever comes after', async () => {
    await using rig = await Rig.serving(({ line }, socket) => {
      if (!line.includes('/slow')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
      setTimeout(() => socket.write('ok'), 300)
    })
    assert.equal(await fate(rig.client.get('/slow', { firstByteTimeoutMs: 60 })), 'timed-out')
    assert.match((rig.witness.ended[0]!.outcome as Error).message, /\(0\.06 s for the first byte\)/)
    assert.equal(await fate(rig.client.get('/', { firstByteTimeoutMs: 200 })), '200')
  })

  test('for the connection: a handshake that never ends', async () => {
    await using server = await Rig.connecting(() => {})
    await using rig = new Rig(server.url.replace('http', 'https'), undefined)
    assert.equal(await fate(rig.client.get('/', { connectTimeoutMs: 60 })), 'timed-out')
    assert.match((rig.witness.ended[0]!.outcome as Error).message, /\(0\.06 s to connect\)/)
  })
})

suite('a connection that idled and was closed as the request was written', () => {
  for (const [afterMs, code] of [
    [0, 'stale-connection'],
    [9, 'stale-connection'],
    [60, 'connection-reset'],
  ] as const) {
    test(`ended ${afterMs} ms after the write: ${code}, counted and not asked again`, async () => {
      const clock = new FakeClock()
      await using rig = await Rig.serving(
        (_request, socket, nth) => {
          if (nth > 1) clock.advance(afterMs)
          if (nth > 1) socket.resetAndDestroy()
          else socket.write(ok())
        },
        { clock },
      )
      assert.equal(await fate(rig.client.get('/')), '200')
      assert.equal(await fate(rig.client.get('/')), code)
      assert.equal(rig.witness.ended.length, 2)
    })
  }

  test('a new connection is never stale', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.resetAndDestroy())
    assert.equal(await fate(rig.client.get('/')), 'connection-reset')
  })
})

async function* inPieces(pieces: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* pieces
}

async function* breaking(): AsyncGenerator<string> {
  yield 'ab'
  throw new Error('no more')
}

async function* endless(): AsyncGenerator<string> {
  for (;;) {
    yield 'x'
    await passed(5)
  }
}
