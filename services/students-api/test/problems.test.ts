import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { problemKinds } from '../src/http/problem.ts'
import { openApp, post, problemOf } from './fixture.ts'

const json = { 'content-type': 'application/json' }

interface Case extends InjectOptions {
  url: string
  expected: [number, string]
}

const cases: Record<string, Case> = {
  'an unknown address': { url: '/nope', expected: [404, 'not-found'] },
  'an unknown address, whatever its body': {
    method: 'POST',
    url: '/nope',
    headers: json,
    payload: '{',
    expected: [404, 'not-found'],
  },
  'a trailing slash': { url: '/students/', expected: [404, 'not-found'] },
  'a malformed percent-encoding': { url: '/students/%zz', expected: [400, 'bad-request'] },
  'truncated JSON': {
    method: 'POST',
    url: '/students',
    headers: json,
    payload: '{"name":',
    expected: [400, 'malformed-json'],
  },
  'an empty JSON body': {
    method: 'POST',
    url: '/students',
    headers: json,
    expected: [400, 'malformed-json'],
  },
  'bytes that are not UTF-8': {
    method: 'POST',
    url: '/students',
    headers: json,
    payload: Buffer.from('{"name":"J\xf6rg"}', 'latin1'),
    expected: [400, 'malformed-json'],
  },
  'no media type': {
    method: 'POST',
    url: '/students',
    payload: '{}',
    expected: [415, 'unsupported-media-type'],
  },
  'no body and no media type': {
    method: 'POST',
    url: '/students',
    expected: [415, 'unsupported-media-type'],
  },
  'another media type': {
    method: 'POST',
    url: '/students',
    headers: { 'content-type': 'text/plain' },
    payload: '{}',
    expected: [415, 'unsupported-media-type'],
  },
  'an unreadable media type': {
    method: 'POST',
    url: '/students',
    headers: { 'content-type': 'json' },
    payload: '{}',
    expected: [415, 'unsupported-media-type'],
  },
  'a compressed body': {
    method: 'POST',
    url: '/students',
    headers: { ...json, 'content-encoding': 'gzip' },
    payload: '{}',
    expected: [415, 'unsupported-media-type'],
  },
  'a body over 64 KiB': {
    method: 'POST',
    url: '/students',
    headers: json,
    payload: JSON.stringify('a'.repeat(64 * 1024)),
    expected: [413, 'body-too-large'],
  },
}

for (const [name, { expected, ...request }] of Object.entries(cases)) {
  test(`${name} is ${expected.join(' ')}`, async (t) => {
    const { app } = openApp(t)
    const response = await app.inject(request)
    assert.deepEqual(problemOf(response), expected)
    assertProblemDocument(response, request.url)
  })
}

/** RFC 9457, and the same request id in header and document. */
function assertProblemDocument(response: LightMyRequestResponse, instance: string): void {
  assert.equal(response.headers['content-type'], 'application/problem+json')
  const { type, title, status, detail, requestId, traceId, ...rest } = response.json()
  assert.match(type, /^\/problems\/[a-z-]+$/)
  assert.ok(title.length > 0 && detail.length > 0)
  assert.equal(status, response.statusCode)
  assert.equal(requestId, response.headers['x-request-id'])
  assert.match(traceId, /^[\da-f]{32}$/)
  assert.equal(rest.instance, instance)
}

test('a body of exactly 64 KiB is read', async (t) => {
  const { app } = openApp(t)
  const body = JSON.stringify('a'.repeat(64 * 1024 - 2))
  assert.equal(Buffer.byteLength(body), 64 * 1024)
  assert.deepEqual(problemOf(await post(app, body)), [422, 'invalid'])
})

test('application/json with parameters is read', async (t) => {
  const { app } = openApp(t)
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' }
  const response = await app.inject({ method: 'POST', url: '/students', headers, payload: '{}' })
  assert.deepEqual(problemOf(response), [422, 'invalid'])
})

test('a method the address does not have is 405 and Allow lists those it has', async (t) => {
  const { app } = openApp(t)
  const addresses = {
    '/students': 'GET, HEAD, POST',
    '/students/1': 'GET, HEAD, PUT, DELETE, PATCH',
    '/livez': 'GET, HEAD',
    '/readyz?x=1': 'GET, HEAD',
  }
  for (const [url, allow] of Object.entries(addresses)) {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'TRACE'] as const) {
      if (allow.includes(method)) continue
      const response = await app.inject({
        method,
        url,
        headers: json,
        ...(method === 'PUT' && { payload: '{' }),
      })
      assert.deepEqual(problemOf(response), [405, 'method-not-allowed'], `${method} ${url}`)
      assert.equal(response.headers.allow, allow)
      assertProblemDocument(response, url.split('?')[0]!)
    }
  }
})

test('an instance is a path without its query', async (t) => {
  const { app } = openApp(t)
  assert.equal((await app.inject('/nope?email=ada@example.com')).json().instance, '/nope')
})

const broken = () => Promise.reject(Object.assign(new Error('SELECT secret FROM /srv/x.db'), { errcode: 11 }))
const brokenStore = {
  list: broken,
  page: broken,
  find: broken,
  add: broken,
  change: broken,
  remove: broken,
  merge: broken,
  history: broken,
  tombstone: broken,
  holdings: broken,
  erase: broken,
  ping: broken,
}

test('an unexpected failure is 500 and keeps its inside to itself', async (t) => {
  const { app, log } = openApp(t, brokenStore)
  const response = await app.inject('/students')
  assert.deepEqual(problemOf(response), [500, 'internal'])
  assert.doesNotMatch(response.body, /SELECT|srv|\.ts|at .*:\d/)
  assertProblemDocument(response, '/students')
  const line = log.find(({ msg }) => msg === 'request')
  assert.equal(line?.['level'], 50)
  assert.equal(line?.['sqliteCode'], 11)
  assert.match(JSON.stringify(line?.['err']), /SELECT secret/)
})

test('ready means that the database answers', async (t) => {
  assert.equal((await openApp(t).app.inject('/readyz')).statusCode, 200)
  const { app } = openApp(t, brokenStore)
  assert.deepEqual(problemOf(await app.inject('/readyz')), [503, 'not-ready'])
  assert.equal((await app.inject('/livez')).statusCode, 200)
})

test('the README lists every kind of problem with its status', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) /gm)].map(([, kind, status]) => [
    kind,
    Number(status),
  ])
  assert.deepEqual(
    listed,
    Object.entries(problemKinds).map(([kind, { status }]) => [kind, status]),
  )
})
