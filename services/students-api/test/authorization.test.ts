import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { newApiKey, type ApiKey, type Scope } from '../src/auth/api-key.ts'
import { KeyRing } from '../src/auth/key-ring.ts'
import { systemClock } from '../src/clock.ts'
import { StoreUnavailable } from '../src/students/student-store.ts'
import { contract, type Engine } from './engines.ts'
import { ada, openApp, openStore, post, problemOf, send } from './fixture.ts'

const now = new Date('2026-01-01T00:00:00Z')

/** The service on a database with a key for each list of scopes, and their `Authorization` headers. */
async function guarded(t: TestContext, engine: Engine, ...scopes: Scope[][]) {
  const database = await engine.makeDatabase(t)
  const store = await database.open()
  const keys = await database.openKeys()
  const headers: { authorization: string }[] = []
  for (const granted of scopes) {
    const { key, token } = newApiKey('', granted, now)
    await keys.add(key)
    headers.push({ authorization: `Bearer ${token}` })
  }
  return { ...openApp(t, store, { keys }), database, keys, headers }
}

contract('without any key everybody may', async (t, engine) => {
  const { app } = await guarded(t, engine)
  assert.equal((await post(app, ada)).statusCode, 201)
  assert.equal((await app.inject('/students')).statusCode, 200)
})

contract('each scope lets its own through, and admin all', async (t, engine) => {
  const { app, headers } = await guarded(t, engine, ['read'], ['write'], ['admin'])
  const statuses = async (authorization: Record<string, string>, email: string) => [
    (await app.inject({ url: '/students', headers: authorization })).statusCode,
    (await post(app, { ...ada, email }, authorization)).statusCode,
    (await app.inject({ url: '/metrics', headers: authorization })).statusCode,
  ]
  const [reader = {}, writer = {}, admin = {}] = headers
  assert.deepEqual(await statuses(reader, 'a@example.com'), [200, 403, 200])
  assert.deepEqual(await statuses(writer, 'b@example.com'), [403, 201, 403])
  assert.deepEqual(await statuses(admin, 'c@example.com'), [200, 201, 200])
  const refused = await post(app, ada, reader)
  assert.deepEqual(problemOf(refused), [403, 'forbidden'])
  assert.match(String(refused.headers['www-authenticate']), /error="insufficient_scope", scope="write"$/)
})

contract('an export wants read, and an import write', async (t, engine) => {
  const { app, headers } = await guarded(t, engine, ['read'], ['write'])
  const statuses = headers.map(async (authorization) => {
    const type = { 'content-type': 'application/x-ndjson' }
    const url = '/students/import'
    return [
      (await app.inject({ url: '/students/export', headers: authorization })).statusCode,
      (await app.inject({ method: 'POST', url, headers: { ...authorization, ...type }, payload: '' }))
        .statusCode,
    ]
  })
  assert.deepEqual(await Promise.all(statuses), [
    [200, 403],
    [403, 200],
  ])
})

contract('a history wants read; an export of one student and an erasure want admin', async (t, engine) => {
  const { app, headers } = await guarded(t, engine, ['read'], ['write'], ['read', 'write'], ['admin'])
  const [, , both = {}, admin = {}] = headers
  await post(app, ada, both)
  const statuses = headers.map(async (authorization) => [
    (await app.inject({ url: '/students/1/history', headers: authorization })).statusCode,
    (await app.inject({ url: '/students/1/export', headers: authorization })).statusCode,
    (await app.inject({ method: 'POST', url: '/students/9/erasure', headers: authorization })).statusCode,
  ])
  assert.deepEqual(await Promise.all(statuses), [
    [200, 403, 403],
    [403, 403, 403],
    [200, 403, 403],
    [200, 200, 404],
  ])
  const refused = await app.inject({ url: '/students/1/export', headers: both })
  assert.match(String(refused.headers['www-authenticate']), /scope="admin"$/)
  const history = await app.inject({ url: '/students/1/history', headers: admin })
  const [, id = ''] = /^Bearer (\w+)\./.exec(headers[2]?.authorization ?? '') ?? []
  assert.equal(history.json()[0].principal, id)
})

contract('once there is a key, none, a wrong and a malformed one are 401', async (t, engine) => {
  const { app, headers } = await guarded(t, engine, ['admin'])
  const good = headers[0]?.authorization ?? ''
  const wrong = [
    '',
    'Bearer',
    good.slice(0, -1),
    `${good}x`,
    good.replace('.', ''),
    'Basic YTpi',
    'Bearer x.y',
  ]
  for (const authorization of [undefined, ...wrong, `Bearer ${'x'.repeat(9000)}`]) {
    const response = await app.inject({
      url: '/students',
      headers: authorization === undefined ? {} : { authorization },
    })
    assert.deepEqual(problemOf(response), [401, 'unauthorized'], String(authorization))
    const challenge = `Bearer realm="students-api"${authorization === undefined ? '' : ', error="invalid_token"'}`
    assert.equal(response.headers['www-authenticate'], challenge)
  }
  assert.equal((await app.inject({ url: '/students', headers: { authorization: good } })).statusCode, 200)
})

contract('what a load balancer and a reader of the documentation need asks for no key', async (t, engine) => {
  const { app } = await guarded(t, engine, ['admin'])
  for (const url of ['/livez', '/readyz', '/openapi.json', '/docs', '/problems/gone']) {
    assert.equal((await app.inject(url)).statusCode, 200, url)
  }
})

contract(
  'a revoked key is refused by another process, which stays closed when it was the last',
  async (t, engine) => {
    const { database, keys } = await guarded(t, engine)
    let elapsedMs = 0
    const others = await database.openKeys()
    const ring = new KeyRing(others, { ...systemClock, elapsedMs: () => elapsedMs })
    const { key, token } = newApiKey('', ['read'], now)
    await keys.add(key)
    assert.equal(ring.isFresh, false)
    await ring.refresh()
    assert.equal(ring.find(token)?.id, key.id)
    assert.equal(await keys.revoke(key.id, now), true)
    elapsedMs = 999
    assert.equal(ring.isFresh, true)
    elapsedMs = 1000
    assert.equal(ring.isFresh, false)
    await ring.refresh()
    assert.deepEqual([ring.find(token), ring.isEmpty], [undefined, false])
  },
)

test('the keys are read once for all who ask at once, and are as old as the question', async () => {
  let elapsedMs = 0
  const answer = Promise.withResolvers<ApiKey[]>()
  let reads = 0
  const all = () => {
    reads++
    return answer.promise
  }
  const store = { all, add: async () => {}, revoke: async () => false }
  const ring = new KeyRing(store, { ...systemClock, elapsedMs: () => elapsedMs })
  const asked = [ring.refresh(), ring.refresh()]
  elapsedMs = 1000
  answer.resolve([])
  await Promise.all(asked)
  assert.deepEqual([reads, ring.isFresh], [1, false])
  await ring.refresh()
  assert.deepEqual([reads, ring.isFresh], [2, true])
})

const fail = () => Promise.reject(new StoreUnavailable('unreachable'))

test('where the keys cannot be read, it is 503 but for what needs none', async (t) => {
  const { app } = openApp(t, openStore(t), { keys: { all: fail, add: fail, revoke: fail } })
  assert.deepEqual(problemOf(await app.inject('/students')), [503, 'overloaded'])
  assert.equal((await app.inject('/livez')).statusCode, 200)
})

contract('a used e-mail leads to its student, but only who may read', async (t, engine) => {
  const { app, headers } = await guarded(t, engine, ['write'], ['read', 'write'])
  const [writer = {}, both = {}] = headers
  const key = { 'idempotency-key': 'k' }
  await post(app, ada, writer)
  await post(app, { ...ada, email: 'eve@example.com' }, writer)
  const locations = [
    await post(app, ada, writer),
    await post(app, ada, both),
    await post(app, { ...ada, email: 'ADA@example.com' }, { ...both, ...key }),
    await post(app, { ...ada, email: 'ADA@example.com' }, { ...both, ...key }),
    await send(app, 'PATCH', '/students/2', { email: ada.email }, { ...writer, 'if-match': '*' }),
    await send(app, 'PATCH', '/students/2', { email: ada.email }, { ...both, 'if-match': '*' }),
  ].map((response) => [response.statusCode, response.headers.location])
  const told = [409, '/students/1']
  const untold = [409, undefined]
  assert.deepEqual(locations, [untold, told, told, told, untold, told])
})

contract('an Idempotency-Key is its own for each API key', async (t, engine) => {
  const { app, headers } = await guarded(t, engine, ['write'], ['write'])
  const [one = {}, other = {}] = headers
  const key = { 'idempotency-key': 'k' }
  const first = await post(app, ada, { ...one, ...key })
  const again = await post(app, ada, { ...one, ...key })
  const others = await post(app, ada, { ...other, ...key })
  assert.deepEqual([first.statusCode, again.statusCode, others.statusCode], [201, 201, 409])
  assert.equal(again.headers['idempotent-replayed'], 'true')
})

const inside = /SELECT|INSERT|sqlite|errcode|node_modules|\.ts\b|node:|\n\s+at |\/src\/|stack/i

test('no header or query brings the inside of the service into an answer', async (t) => {
  const { app } = openApp(t)
  await post(app, ada)
  const hostile = [
    "' OR 1=1 --",
    '../../etc/passwd',
    '\0',
    '%',
    '"',
    '{}',
    '__proto__',
    'x'.repeat(5000),
    '\ud83c',
  ]
  const names = ['if-match', 'if-none-match', 'idempotency-key', 'prefer', 'authorization', 'traceparent']
  const types = [
    'content-type',
    'content-encoding',
    'expect',
    'x-request-id',
    'accept',
    'x-http-method-override',
  ]
  const parameters = ['limit', 'cursor', 'sort', 'q', 'gpaMin', 'domain', 'constructor']
  for (const value of hostile) {
    const text = encodeURIComponent(value.toWellFormed())
    const answers = [
      ...parameters.map((name) => app.inject(`/students?${name}=${text}`)),
      app.inject(`/students/${text}`),
      app.inject(`/problems/${text}`),
      ...[...names, ...types].flatMap((name) => [
        app.inject({ url: '/students/1', headers: { [name]: value } }),
        app.inject({ method: 'PUT', url: '/students/1', headers: { [name]: value }, payload: '{' }),
        post(app, { ...ada, name: value }, { [name]: value }),
      ]),
    ]
    for (const response of await Promise.all(answers)) {
      assert.ok(response.statusCode < 500, response.body)
      const { instance: _theirs, ...document } = response.statusCode < 400 ? {} : response.json()
      assert.doesNotMatch(JSON.stringify(document), inside)
    }
  }
})
