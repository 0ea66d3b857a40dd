import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '../../src/clock/clock.ts'
import { Origin } from '../../src/http/origin.ts'
import type { RequestOptions } from '../../src/http/request-options.ts'
import { traceIdOf } from '../../src/http/trace.ts'
import { fate, ok, type RawRequest, Rig, type RigOptions, until } from './rig.ts'

suite('a body arrives byte for byte', () => {
  const wide = 'Zoë 学生 🎓\r\n\0'
  const cases: [string, RequestOptions, Buffer, string | undefined][] = [
    ['json', { json: { name: 'Ada' } }, Buffer.from('{"name":"Ada"}'), 'application/json'],
    ['json, wide', { json: { name: wide } }, Buffer.from(JSON.stringify({ name: wide })), 'application/json'],
    ['json null', { json: null }, Buffer.from('null'), 'application/json'],
    ['text', { body: 'plain' }, Buffer.from('plain'), undefined],
    ['text, wide', { body: wide }, Buffer.from(wide), undefined],
    ['text, latin1', { body: 'é'.repeat(1_000) }, Buffer.from('é'.repeat(1_000)), undefined],
    ['text, a lone surrogate', { body: 'a\ud800b' }, Buffer.from('a\ufffdb'), undefined],
    ['no text', { body: '' }, Buffer.alloc(0), undefined],
    [
      'bytes',
      { body: Uint8Array.from([0, 255, 13, 10, 128]) },
      Buffer.from([0, 255, 13, 10, 128]),
      undefined,
    ],
    [
      'a part of bytes',
      { body: new Uint8Array([9, 1, 2, 9]).subarray(1, 3) },
      Buffer.from([1, 2]),
      undefined,
    ],
    ['large bytes', { body: Buffer.alloc(3_000_000, 'é') }, Buffer.alloc(3_000_000, 'é'), undefined],
    ['large text', { body: 'é'.repeat(1_500_000) }, Buffer.from('é'.repeat(1_500_000)), undefined],
  ]
  for (const [name, options, bytes, contentType] of cases) {
    test(name, async () => {
      // Twice on one connection: at first it is written when the connection opens, then at once.
      const requests = await received((rig) => rig.client.post('/', options), 2)
      for (const request of requests) {
        assert.ok(request.body.equals(bytes), `${request.body.length} bytes`)
        assert.deepEqual(valuesOf(request, 'content-length'), [String(bytes.length)])
        assert.deepEqual(valuesOf(request, 'content-type'), contentType === undefined ? [] : [contentType])
      }
    })
  }

  test('a latin1 header beside a wide body is still latin1', async () => {
    const headers = { 'X-Name': 'Zoë' }
    const [request] = await received((rig) => rig.client.post('/', { headers, body: wide }))
    assert.deepEqual(valuesOf(request, 'x-name'), ['Zoë'])
    assert.ok(request.body.equals(Buffer.from(wide)))
  })

  test('without a body: a length of 0 where one was to be expected', async () => {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const [request] = await received((rig) => rig.client.request(method, '/'))
      assert.deepEqual(valuesOf(request, 'content-length'), ['0'], method)
    }
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
      const [request] = await received((rig) => rig.client.request(method, '/'))
      assert.deepEqual(valuesOf(request, 'content-length'), [], method)
    }
  })
})

suite('headers', () => {
  test('what Proctor sends by itself', async () => {
    const [request] = await received((rig) => rig.client.get('/'))
    assert.equal(request.line, 'GET / HTTP/1.1')
    assert.deepEqual(
      request.headers.map(([name]) => name),
      ['Host', 'User-Agent', 'Accept'],
    )
  })

  test('a header given replaces the one of its name, in any case', async () => {
    const headers = {
      'USER-agent': 'mine',
      host: 'example.org',
      'content-Type': 'application/merge-patch+json',
    }
    const [request] = await received((rig) => rig.client.patch('/', { headers, json: {} }))
    assert.deepEqual(valuesOf(request, 'user-agent'), ['mine'])
    assert.deepEqual(valuesOf(request, 'host'), ['example.org'])
    assert.deepEqual(valuesOf(request, 'content-type'), ['application/merge-patch+json'])
    assert.deepEqual(valuesOf(request, 'accept'), ['*/*'])
    assert.equal(request.body.toString(), '{}')
  })

  const refused: [string, Record<string, string>][] = [
    ['a line break in a value', { 'X-A': 'a\r\nX-B: b' }],
    ['a line feed in a value', { 'X-A': 'a\nX-B: b' }],
    ['a carriage return in a value', { 'X-A': 'a\rb' }],
    ['a line feed at the end of a value', { 'X-A': 'a\n' }],
    ['a null in a value', { 'X-A': 'a\0b' }],
    ['wide characters in a value', { 'X-A': '学' }],
    ['a line break in a name', { 'X-A: a\r\nX-B': 'b' }],
    ['a space in a name', { 'X A': 'a' }],
    ['no name', { '': 'a' }],
    ['a length', { 'Content-Length': '3' }],
    ['a transfer encoding', { 'transfer-encoding': 'chunked' }],
  ]
  for (const [name, headers] of refused) {
    test(`${name} is refused, and nothing is sent`, () =>
      assertRefused((rig) => rig.client.get('/', { headers })))
  }
})

suite('what cannot be sent is refused, and nothing is sent', () => {
  const refused: [string, (rig: Rig) => Promise<unknown>][] = [
    ['json and body', ({ client }) => client.post('/', { json: 1, body: 'x' })],
    ['json without JSON', ({ client }) => client.post('/', { json: () => 1 })],
    ['json with a bigint', ({ client }) => client.post('/', { json: 1n })],
    ['a number for a body', ({ client }) => client.post('/', untyped(12))],
    ['an object for a body', ({ client }) => client.post('/', untyped({ name: 'Ada' }))],
    ['an ArrayBuffer for a body', ({ client }) => client.post('/', untyped(new ArrayBuffer(3)))],
    ['a method of two words', ({ client }) => client.request('GET /x HTTP/1.1\r\nX:', '/')],
    ['a path without a slash', ({ client }) => client.get('students')],
    ['another scheme', ({ client }) => client.get('ftp://127.0.0.1/')],
  ]
  for (const [name, ask] of refused) test(name, () => assertRefused(ask))
})

suite('paths', () => {
  const cases: [string, string][] = [
    ['/students?limit=5&q=a%20b', '/students?limit=5&q=a%20b'],
    ['/a b', '/a%20b'],
    ['/學生/Zoë?q=🎓', '/%E5%AD%B8%E7%94%9F/Zo%C3%AB?q=%F0%9F%8E%93'],
    ['/a\r\nX-Injected: 1', '/a%0D%0AX-Injected:%201'],
    ['/a\tb\0', '/a%09b%00'],
    ['/a/../b c', '/a/../b%20c'],
    ['/students#top', '/students'],
    ['/a\ud800', '/a%EF%BF%BD'],
    ["/{id}!$&'()*+,;=:@~", "/{id}!$&'()*+,;=:@~"],
  ]
  for (const [asked, sent] of cases) {
    test(`${JSON.stringify(asked)} goes as ${sent}`, async () => {
      const [request] = await received((rig) => rig.client.get(asked))
      assert.equal(request.line, `GET ${sent} HTTP/1.1`)
    })
  }

  test('the path of the host stands before each, but not in the name reported', async () => {
    await using rig = await serving([], { path: '/api/v1/' })
    await rig.client.get('/students')
    await rig.client.get('/students', { name: 'all' })
    assert.deepEqual(
      rig.witness.begun.map(({ name, head }) => [name, head.split(' ')[1]]),
      [
        ['/students', '/api/v1/students'],
        ['all', '/api/v1/students'],
      ],
    )
  })

  test('a whole URL goes where it says, without the path of the host, on a kept connection of its own', async () => {
    const there: RawRequest[] = []
    await using elsewhere = await serving(there)
    await using rig = await serving([], { path: '/api' })
    const url = `${elsewhere.url}/health?deep=1`
    for (let i = 0; i < 3; i++) assert.equal(await fate(rig.client.get(url)), '200')
    assert.deepEqual([rig.connections, elsewhere.connections], [0, 1])
    assert.equal(there[0]?.line, 'GET /health?deep=1 HTTP/1.1')
    assert.deepEqual(valuesOf(there[0], 'host'), [new URL(elsewhere.url).host])
    assert.deepEqual(
      rig.witness.ended.map(({ exchange }) => exchange.name),
      [url, url, url],
    )
  })
})

suite('origins', () => {
  test('host, port, base path and Host header', () => {
    assert.deepEqual(seen(new Origin('http://example.org')), [
      'example.org',
      80,
      '',
      'example.org',
      'http://example.org',
    ])
    assert.deepEqual(seen(new Origin('http://[::1]:5000/a/b/')), [
      '::1',
      5000,
      '/a/b',
      '[::1]:5000',
      'http://[::1]:5000',
    ])
  })

  for (const url of [
    '',
    'localhost:5000',
    '127.0.0.1:5000',
    '/students',
    'ftp://a',
    'http://',
    'http://someone:secret@a',
    'http://a/?b',
    'http://a/#b',
  ]) {
    test(`${JSON.stringify(url)} is refused`, () => assert.throws(() => new Origin(url), TypeError))
  }
})

suite('trace identities', () => {
  test('well-formed, unique, and the request id is the trace id', async () => {
    const requests: RawRequest[] = []
    await using rig = await serving(requests, { traceSampledShare: 0.5 })
    for (let i = 0; i < 400; i++) await rig.client.get('/')
    const ids = requests.map((request) => valuesOf(request, 'x-request-id')[0]!)
    const parents = requests.map((request) => valuesOf(request, 'traceparent')[0]!)
    for (const [i, parent] of parents.entries()) {
      assert.match(parent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[23]$/)
      assert.doesNotMatch(parent, /^00-0{32}|-0{16}-/)
      const [, traceId, spanId] = parent.split('-')
      assert.equal(traceId, ids[i])
      assert.ok(!traceId?.includes(spanId!), 'the span has digits of its own')
      assert.equal(traceIdOf(rig.witness.begun[i]!.head), ids[i])
    }
    assert.equal(new Set(ids).size, 400)
    assert.equal(new Set(parents.map((parent) => parent.split('-')[2])).size, 400)
    const sampled = parents.filter((parent) => parent.endsWith('-03')).length
    assert.ok(sampled > 120 && sampled < 280, `${sampled} of 400 sampled at a share of a half`)
  })

  for (const [share, flags] of [
    [0, '-02'],
    [1, '-03'],
  ] as const) {
    test(`a share of ${share} samples ${share === 0 ? 'none' : 'all'}`, async () => {
      const requests = await received((rig) => rig.client.get('/'), 200, { traceSampledShare: share })
      assert.ok(requests.every((request) => valuesOf(request, 'traceparent')[0]!.endsWith(flags)))
    })
  }
})

suite('a refused client', () => {
  class Refusal extends Error {}

  test('rejects in a later turn of the event loop, sends nothing and counts nothing as started', async () => {
    await using rig = await serving([])
    await fate(rig.client.get('/'))
    rig.client.refuse(() => new Refusal())
    for (const path of ['/', `${rig.url}/whole`]) {
      let turns = 0
      systemClock.after(0, () => (turns += 1))
      await assert.rejects(rig.client.get(path), Refusal)
      assert.equal(turns, 1)
    }
    assert.equal(rig.witness.begun.length, 1)
    rig.client.refuse(undefined)
    assert.equal(await fate(rig.client.get('/')), '200')
  })

  test('lets the request under way end, also elsewhere', async () => {
    const answers: (() => void)[] = []
    await using rig = await Rig.serving((_request, socket) => answers.push(() => socket.write(ok())))
    const asked = [fate(rig.client.get('/')), fate(rig.client.get(`${rig.url}/whole`))]
    await until(() => answers.length === 2)
    rig.client.refuse(() => new Refusal())
    for (const answer of answers) answer()
    assert.deepEqual(await Promise.all(asked), ['200', '200'])
  })
})

/** As a scenario without types would give it. */
function untyped(body: unknown): RequestOptions {
  return { body: body as string }
}

function seen({ host, port, basePath, hostHeader, origin }: Origin): unknown[] {
  return [host, port, basePath, hostHeader, origin]
}

async function serving(requests: RawRequest[], options: RigOptions = {}): Promise<Rig> {
  return await Rig.serving((request, socket) => {
    requests.push(request)
    socket.write(request.line.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n' : ok())
  }, options)
}

/** What a server received of `times` requests, one after another. */
async function received(
  ask: (rig: Rig) => Promise<unknown>,
  times = 1,
  options: RigOptions = {},
): Promise<[RawRequest, ...RawRequest[]]> {
  const requests: RawRequest[] = []
  await using rig = await serving(requests, options)
  for (let i = 0; i < times; i++) await ask(rig)
  const [first = assert.fail('nothing was received'), ...others] = requests
  assert.equal(others.length, times - 1)
  return [first, ...others]
}

async function assertRefused(ask: (rig: Rig) => Promise<unknown>): Promise<void> {
  await using rig = await serving([])
  await assert.rejects(ask(rig), TypeError)
  assert.equal(rig.witness.begun.length, 0)
  assert.equal(rig.connections, 0)
}

function valuesOf({ headers }: RawRequest, name: string): string[] {
  return headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
}
