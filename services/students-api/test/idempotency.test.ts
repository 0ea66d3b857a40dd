import assert from 'node:assert/strict'
import { systemClock } from '../src/clock.ts'
import { contract, openAppOn } from './engines.ts'
import { ada, openApp, post, problemOf } from './fixture.ts'

const key = { 'idempotency-key': '3f1c0e0a-6a52-4f0e-9c55-7b7f4e2a2d11' }

contract('the same request again gets the same answer, and there is one student', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const first = await post(app, ada, key)
  const again = await post(app, JSON.stringify(ada, null, 2), key)
  assert.deepEqual([first.statusCode, again.statusCode, again.body], [201, 201, first.body])
  for (const name of ['location', 'etag']) assert.equal(again.headers[name], first.headers[name])
  assert.equal(first.headers['idempotent-replayed'], undefined)
  assert.equal(again.headers['idempotent-replayed'], 'true')
  assert.equal((await app.inject('/students')).json().length, 1)
})

contract('the answer is the first one, whatever became of the student', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  const first = await post(app, ada, key)
  const headers = { 'content-type': 'application/json', 'if-match': '*' }
  await app.inject({ method: 'PATCH', url: '/students/1', headers, payload: '{"email":"b@example.com"}' })
  assert.equal((await post(app, ada, key)).body, first.body)
})

contract('a used e-mail is remembered as well, also when it is free again', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await post(app, ada)
  assert.equal((await post(app, ada, key)).headers['idempotent-replayed'], undefined)
  await app.inject({ method: 'DELETE', url: '/students/1' })
  const again = await post(app, ada, key)
  assert.deepEqual(problemOf(again), [409, 'email-taken'])
  assert.equal(again.headers['idempotent-replayed'], 'true')
})

contract('the same key with another payload is 422 and does nothing', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  await post(app, ada, key)
  const other = await post(app, { ...ada, email: 'b@example.com' }, key)
  assert.deepEqual(problemOf(other), [422, 'key-reused'])
  assert.equal((await app.inject('/students')).json().length, 1)
})

contract('an invalid request uses up no key', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  assert.equal((await post(app, { ...ada, gpa: 99 }, key)).statusCode, 422)
  assert.equal((await post(app, ada, key)).statusCode, 201)
})

contract('a key is bounded in length and characters', async (t, engine) => {
  const { app } = await openAppOn(t, engine)
  for (const bad of ['', ' ', 'a b', 'é', 'a\tb', 'x'.repeat(256)]) {
    const response = await post(app, ada, { 'idempotency-key': bad })
    assert.deepEqual(problemOf(response), [400, 'bad-request'], bad)
  }
  for (const good of ['a', '"quoted"', '~'.repeat(255)]) {
    const response = await post(
      app,
      { ...ada, email: `s${good.length}@example.com` },
      { 'idempotency-key': good },
    )
    assert.equal(response.statusCode, 201, good)
  }
})

contract('a failure is not remembered: the key is as new, and so is the e-mail', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const { app } = openApp(t, await database.open())
  await database.breakTable('students')
  assert.deepEqual(problemOf(await post(app, ada, key)), [500, 'internal'])
  await database.mendTable('students')
  const again = await post(app, ada, key)
  assert.equal(again.statusCode, 201)
  assert.equal(again.headers['idempotent-replayed'], undefined)
})

contract('a key that cannot be stored takes its student with it', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  const { app } = openApp(t, await database.open())
  await database.breakTable('idempotency_keys')
  assert.deepEqual(problemOf(await post(app, ada, key)), [500, 'internal'])
  assert.equal((await app.inject('/students')).body, '[]')
})

contract(
  'once its student is deleted, nothing of it is kept, and the key makes no other',
  async (t, engine) => {
    const database = await engine.makeDatabase(t)
    const { app } = openApp(t, await database.open())
    await post(app, ada, key)
    await app.inject({ method: 'DELETE', url: '/students/1' })
    assert.deepEqual(problemOf(await post(app, ada, key)), [410, 'gone'])
    assert.equal((await app.inject('/students')).body, '[]')
    const [stored] = await database.execute('SELECT * FROM idempotency_keys')
    const { principal, route, key: used, created_at, ...rest } = stored ?? {}
    assert.deepEqual([principal, route, used], ['anonymous', 'POST /students', key['idempotency-key']])
    assert.ok(created_at)
    assert.deepEqual(rest, { payload_hash: null, outcome: 'removed-since', student_id: null, answer: null })
  },
)

contract('a key is forgotten after a day; old ones go as new ones come', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  let nowMs = Date.UTC(2026, 0, 1)
  const { app } = openApp(t, await database.open({ ...systemClock, now: () => new Date(nowMs) }))
  const create = (n: number, name: string) =>
    post(app, { ...ada, email: `s${n}@example.com` }, { 'idempotency-key': name })
  for (const n of [1, 2, 3, 4, 5]) await create(n, `key${n}`)
  nowMs += 24 * 60 * 60 * 1000 - 1
  assert.equal((await create(1, 'key1')).headers['idempotent-replayed'], 'true')
  nowMs += 1
  assert.equal((await create(6, 'key1')).statusCode, 201, 'as new')
  const count = async () => {
    const [row] = await database.execute('SELECT count(*) AS count FROM idempotency_keys')
    return Number(row?.['count'])
  }
  const counts = [await count()]
  for (const n of [7, 8, 9]) {
    await create(n, `key${n}`)
    counts.push(await count())
  }
  assert.deepEqual(counts, [4, 3, 3, 4])
})
