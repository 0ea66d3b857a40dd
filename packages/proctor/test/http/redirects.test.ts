import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RequestOptions } from '../../src/http/request-options.ts'
import { fate, ok, type RawRequest, Rig, type RigOptions } from './rig.ts'

function leadingTo(location: string, status = 302): string {
  return `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`
}

/** Answers by path; whatever is not in the table is 200 with the request line. */
async function serving(table: Record<string, string>, options?: RigOptions) {
  const requests: RawRequest[] = []
  const rig = await Rig.serving((request, socket) => {
    requests.push(request)
    socket.write(
      table[request.line.split(' ')[1]!] ?? (request.line.startsWith('HEAD') ? ok('') : ok(request.line)),
    )
  }, options)
  return { rig, requests }
}

const rowsOf = ({ witness }: Rig): string[] =>
  witness.ended.map(({ exchange, outcome }) => {
    return `${exchange.method} ${exchange.name} ${'status' in outcome ? outcome.status : outcome.code}`
  })

suite('redirects', () => {
  test('each hop is a request of its own, over the same connection', async () => {
    const { rig } = await serving({ '/a': leadingTo('/b?q=1'), '/b?q=1': leadingTo('c#top', 307) })
    await using _ = rig
    const response = await rig.client.get('/a')
    assert.equal(response.text(), 'GET /c HTTP/1.1')
    assert.deepEqual(rowsOf(rig), ['GET /a 302', 'GET /a (redirect) 307', 'GET /a (redirect) 200'])
    assert.equal(rig.connections, 1)
  })

  test('a name that was given goes with them, so that rows stay few', async () => {
    const { rig } = await serving({ '/a/1': leadingTo('/b/1'), '/b/1': leadingTo('/c/1') })
    await using _ = rig
    await rig.client.get('/a/1', { name: '/a/{id}' })
    assert.deepEqual(rowsOf(rig), [
      'GET /a/{id} 302',
      'GET /a/{id} (redirect) 302',
      'GET /a/{id} (redirect) 200',
    ])
  })

  const methods: [number, string, string][] = [
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [307, 'POST', 'POST'],
    [308, 'DELETE', 'DELETE'],
  ]
  for (const [status, method, then] of methods) {
    test(`${status} makes of ${method} a ${then}`, async () => {
      const { rig, requests } = await serving({ '/a': leadingTo('/b', status) })
      await using _ = rig
      const json = { name: 'Ada' }
      const headers = { 'content-language': 'en', 'x-own': '1' }
      await rig.client.request(method, '/a', { json, headers, query: {} })
      const names = requests[1]!.headers.map(([name]) => name.toLowerCase())
      assert.equal(requests[1]!.line, `${then} /b HTTP/1.1`)
      assert.equal(requests[1]!.body.toString(), then === method ? '{"name":"Ada"}' : '')
      if (then !== method) assert.ok(!names.some((name) => name.startsWith('content-')), names.join())
      assert.ok(names.includes('x-own'))
    })
  }

  test('another origin gets neither credentials nor cookies of the first; the first gets them again', async () => {
    const there = await serving({})
    await using elsewhere = there.rig
    const { rig, requests } = await serving({
      '/a': leadingTo(`${elsewhere.url}/there`),
      '/b': leadingTo('/c'),
    })
    await using _ = rig
    const options: RequestOptions = {
      auth: { token: 's3cret' },
      headers: { Cookie: 'a=1', 'X-Own': '1', 'Proxy-Authorization': 'x' },
    }
    await rig.client.get('/a', options)
    const sent = there.requests[0]!.headers.map(([name]) => name.toLowerCase())
    assert.deepEqual(
      sent.filter((name) => /auth|cookie|own/.test(name)),
      ['x-own'],
    )
    assert.equal(
      there.requests[0]!.headers.find(([name]) => name === 'Host')![1],
      new URL(elsewhere.url).host,
    )
    await rig.client.get('/b', options)
    assert.ok(
      requests.at(-1)!.headers.some(([name, value]) => name === 'Authorization' && value === 'Bearer s3cret'),
    )
    assert.deepEqual(rowsOf(rig).slice(0, 2), ['GET /a 302', 'GET /a (redirect) 200'])
  })

  test('a loop fails at the limit, by name, and the connection is still good', async () => {
    const { rig } = await serving({ '/a': leadingTo('/b'), '/b': leadingTo('/a') })
    await using _ = rig
    assert.equal(await fate(rig.client.get('/a')), 'too-many-redirects')
    assert.equal(rowsOf(rig).length, 11)
    assert.equal(rowsOf(rig).at(-1), 'GET /a (redirect) too-many-redirects')
    assert.equal(await fate(rig.client.get('/c')), '200')
    assert.equal(rig.connections, 1)
  })

  test('the limit is the request’s own; with 0 none is followed', async () => {
    const { rig } = await serving({ '/a': leadingTo('/b'), '/b': leadingTo('/c') })
    await using _ = rig
    assert.equal(await fate(rig.client.get('/a', { maxRedirects: 0 })), '302')
    assert.equal(await fate(rig.client.get('/a', { maxRedirects: 1 })), 'too-many-redirects')
    assert.equal(await fate(rig.client.get('/a', { maxRedirects: 2 })), '200')
  })

  for (const location of [
    'ftp://127.0.0.1/',
    'http://',
    'javascript:alert(1)',
    'http://a:b@127.0.0.1/',
    'http://[',
  ]) {
    test(`to ${location}: bad-redirect`, async () => {
      const { rig } = await serving({ '/a': leadingTo(location) })
      await using _ = rig
      assert.equal(await fate(rig.client.get('/a')), 'bad-redirect')
    })
  }

  for (const answer of [
    'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 201 Created\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 304 Not Modified\r\nLocation: /b\r\n\r\n',
    'HTTP/1.1 300 Multiple Choices\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
  ]) {
    test(`${answer.slice(9, 25)} is handed over`, async () => {
      const { rig } = await serving({ '/a': answer })
      await using _ = rig
      assert.equal(await fate(rig.client.get('/a')), answer.slice(9, 12))
    })
  }

  test('a whole URL of the home, and a base URL with a path, lead to the same connection', async () => {
    const { rig, requests } = await serving({ '/api/a': leadingTo('/b') }, { path: '/api' })
    await using _ = rig
    await rig.client.get('/a')
    assert.deepEqual(
      requests.map(({ line }) => line),
      ['GET /api/a HTTP/1.1', 'GET /b HTTP/1.1'],
    )
    assert.equal(rig.connections, 1)
  })

  test('ever other origins: the connections of a user stay few', async () => {
    const { rig } = await serving({})
    await using _ = rig
    const port = new URL(rig.url).port
    for (let i = 1; i <= 60; i++) await rig.client.get(`http://127.0.0.${i}:${port}/`).catch(() => {})
    assert.ok(rig.transport.openConnections <= 21, `${rig.transport.openConnections} open`)
  })

  test('a check is of the answer that is handed over, not of the hops before it', async () => {
    const { rig } = await serving({ '/a': leadingTo('/b') })
    await using _ = rig
    await rig.client.get('/a', { check: ({ status }) => status === 200 })
    assert.deepEqual(
      rig.witness.ended.map(({ exchange }) => exchange.judging !== undefined),
      [false, true],
    )
  })

  test('no next hop is asked for when the run is over', async () => {
    const { rig, requests } = await serving({ '/a': leadingTo('/b') })
    await using _ = rig
    const asked = rig.client.get('/a')
    rig.client.refuse(() => new Error('over'))
    await assert.rejects(asked, /over/)
    assert.equal(requests.length, 1)
  })
})
