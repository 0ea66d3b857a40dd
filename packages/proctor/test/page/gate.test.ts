import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { pageOf } from './page-fixture.ts'

const TOKEN = 'a-token-of-sixteen-or-more'

/** A request as somebody else's page, or none, would send it; `fetch` doesn't let us. */
async function raw(url: string, lines: readonly string[], body = ''): Promise<number> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const length = body === '' ? [] : [`Content-Length: ${body.length}`]
  socket.end([...lines, ...length, 'Connection: close', '', body].join('\r\n'))
  return Number((await text(socket)).split(' ')[1])
}

suite('who may', { concurrency: true }, () => {
  test('a page of another origin changes nothing', async (t) => {
    const { url, call, seen, control } = await pageOf(t)
    const { host } = new URL(url)
    for (const path of ['start', 'start-over', 'reset', 'stop', 'steer', 'refresh', 'session', 'runs/some']) {
      for (const headers of [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { origin: `${url}.evil.example` },
      ]) {
        assert.equal((await call(path, { fields: {} }, headers)).status, 403, path)
      }
      assert.equal(
        await raw(
          url,
          [`POST /api/${path} HTTP/1.1`, `Host: ${host}`, 'Content-Type: application/json'],
          '{}',
        ),
        403,
      )
      assert.equal((await call(path, { fields: {} }, { 'content-type': 'text/plain' })).status, 415, path)
    }
    assert.deepEqual([control.view, seen], [undefined, []])
  })

  test('a name that was bound to this address a moment ago reads and changes nothing', async (t) => {
    const { url } = await pageOf(t)
    for (const path of ['/', '/api/page', '/api/events']) {
      for (const host of [
        'evil.example',
        'evil.example:8089',
        '127.0.0.1.evil.example',
        'localhost.evil.example',
      ]) {
        assert.equal(await raw(url, [`GET ${path} HTTP/1.1`, `Host: ${host}`]), 403, `${path} ${host}`)
      }
    }
    const rebound = [
      'POST /api/start HTTP/1.1',
      'Host: evil.example',
      'Origin: http://evil.example',
      'Content-Type: application/json',
    ]
    assert.equal(await raw(url, rebound, '{"fields":{}}'), 403)
    assert.equal(await raw(url, ['GET /api/page HTTP/1.1', 'Host: localhost']), 200)
  })

  test('nothing is read by a page of another site, even where it could not see the answer', async (t) => {
    const { url } = await pageOf(t)
    for (const site of ['cross-site', 'same-site']) {
      const { status } = await fetch(`${url}/api/page`, { headers: { 'sec-fetch-site': site } })
      assert.equal(status, 403)
    }
  })

  test('without the token nothing is read or changed; with it a cookie opens all', async (t) => {
    const { url, call } = await pageOf(t, { token: TOKEN })
    for (const path of [
      'page',
      'events',
      'run/failures/0',
      'runs',
      'runs/some',
      'runs/some/files/report.json',
    ])
      assert.equal((await call(path)).status, 401, path)
    for (const path of ['start', 'stop', 'steer']) assert.equal((await call(path, {})).status, 401, path)
    for (const token of ['', 'wrong', `${TOKEN}x`, null, 5]) {
      assert.equal((await call('session', { token })).status, 401)
    }
    const cookie = (await call('session', { token: TOKEN })).headers.get('set-cookie')!
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Path=\/$/)
    assert.ok(!cookie.includes(TOKEN))
    const own = { cookie: `other=1; ${cookie.split(';')[0]}` }
    assert.equal((await call('page', undefined, own)).status, 200)
    assert.equal(
      (await call('page', undefined, { cookie: `proctor-${new URL(url).port}=guess` })).status,
      401,
    )
  })

  test('every answer keeps other pages and scripts out', async (t) => {
    const { url } = await pageOf(t)
    for (const path of ['/api/page', '/nothing']) {
      const { headers } = await fetch(url + path)
      assert.match(headers.get('content-security-policy')!, /default-src 'none'; script-src 'self';/)
      assert.match(headers.get('content-security-policy')!, /frame-ancestors 'none'/)
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
      assert.equal(headers.get('access-control-allow-origin'), null)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test('what is no object of JSON, or too large, is refused', async (t) => {
    const { url } = await pageOf(t)
    const headers = { origin: url, 'content-type': 'application/json' }
    const send = async (body: string): Promise<number> => {
      try {
        return (await fetch(`${url}/api/start`, { method: 'POST', headers, body })).status
      } catch {
        return 413
      }
    }
    for (const body of ['', '{', '[]', 'null', '"x"']) assert.equal(await send(body), 400, body)
    assert.equal(await send(`{"fields":{"users":"${'9'.repeat(100_000)}"}}`), 413)
    assert.equal((await fetch(`${url}/../package.json`)).status, 404)
  })
})
