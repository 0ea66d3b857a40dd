import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { ada, openApp, openStore, post, problemOf, temporaryFolder } from './fixture.ts'

const key = { 'idempotency-key': '3f1c0e0a-6a52-4f0e-9c55-7b7f4e2a2d11' }

test('the same request again gets the same answer, and there is one student', async (t) => {
  const { app } = openApp(t)
  const first = await post(app, ada, key)
  const again = await post(app, JSON.stringify(ada, null, 2), key)
  assert.deepEqual([first.statusCode, again.statusCode, again.body], [201, 201, first.body])
  for (const name of ['location', 'etag']) assert.equal(again.headers[name], first.headers[name])
  assert.equal(first.headers['idempotent-replayed'], undefined)
  assert.equal(again.headers['idempotent-replayed'], 'true')
  assert.equal((await app.inject('/students')).json().length, 1)
})

test('the answer is the first one, whatever became of the student', async (t) => {
  const { app } = openApp(t)
  const first = await post(app, ada, key)
  const headers = { 'content-type': 'application/json', 'if-match': '*' }
  await app.inject({ method: 'PATCH', url: '/students/1', headers, payload: '{"email":"b@example.com"}' })
  assert.equal((await post(app, ada, key)).body, first.body)
})

test('a used e-mail is remembered as well, also when it is free again', async (t) => {
  const { app } = openApp(t)
  await post(app, ada)
  assert.equal((await post(app, ada, key)).headers['idempotent-replayed'], undefined)
  await app.inject({ method: 'DELETE', url: '/students/1' })
  const again = await post(app, ada, key)
  assert.deepEqual(problemOf(again), [409, 'email-taken'])
  assert.equal(again.headers['idempotent-replayed'], 'true')
})

test('the same key with another payload is 422 and does nothing', async (t) => {
  const { app } = openApp(t)
  await post(app, ada, key)
  const other = await post(app, { ...ada, email: 'b@example.com' }, key)
  assert.deepEqual(problemOf(other), [422, 'key-reused'])
  assert.equal((await app.inject('/students')).json().length, 1)
})

test('an invalid request uses up no key', async (t) => {
  const { app } = openApp(t)
  assert.equal((await post(app, { ...ada, gpa: 99 }, key)).statusCode, 422)
  assert.equal((await post(app, ada, key)).statusCode, 201)
})

test('a key is bounded in length and characters', async (t) => {
  const { app } = openApp(t)
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

test('a failure is not remembered: the key is as new, and so is the e-mail', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const { app } = openApp(t, openStore(t, path))
  using other = new DatabaseSync(path)
  other.exec(`CREATE TRIGGER fail AFTER INSERT ON students BEGIN SELECT raise(ABORT, 'broken'); END`)
  assert.deepEqual(problemOf(await post(app, ada, key)), [500, 'internal'])
  other.exec('DROP TRIGGER fail')
  const again = await post(app, ada, key)
  assert.equal(again.statusCode, 201)
  assert.equal(again.headers['idempotent-replayed'], undefined)
})

test('a key that cannot be stored takes its student with it', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const { app } = openApp(t, openStore(t, path))
  using other = new DatabaseSync(path)
  other.exec(`CREATE TRIGGER fail AFTER INSERT ON idempotency_keys BEGIN SELECT raise(ABORT, 'broken'); END`)
  assert.deepEqual(problemOf(await post(app, ada, key)), [500, 'internal'])
  assert.equal((await app.inject('/students')).body, '[]')
})

test('once its student is deleted, nothing of it is kept, and the key makes no other', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const { app } = openApp(t, openStore(t, path))
  await post(app, ada, key)
  await app.inject({ method: 'DELETE', url: '/students/1' })
  assert.deepEqual(problemOf(await post(app, ada, key)), [410, 'gone'])
  assert.equal((await app.inject('/students')).body, '[]')
  using other = new DatabaseSync(path)
  const {
    principal,
    route,
    key: used,
    created_at,
    ...rest
  } = other.prepare('SELECT * FROM idempotency_keys').get() ?? {}
  assert.deepEqual([principal, route, used], ['anonymous', 'POST /students', key['idempotency-key']])
  assert.match(String(created_at), /^\d{4}-/)
  assert.deepEqual(rest, { payload_hash: null, outcome: 'removed-since', student_id: null, answer: null })
})

test('a key is forgotten after a day; old ones go as new ones come', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  let nowMs = Date.UTC(2026, 0, 1)
  const store = new SqliteStudentStore(path, { ...systemClock, now: () => new Date(nowMs) })
  t.after(() => store[Symbol.dispose]())
  const { app } = openApp(t, store)
  const create = (n: number, name: string) =>
    post(app, { ...ada, email: `s${n}@example.com` }, { 'idempotency-key': name })
  for (const n of [1, 2, 3, 4, 5]) await create(n, `key${n}`)
  nowMs += 24 * 60 * 60 * 1000 - 1
  assert.equal((await create(1, 'key1')).headers['idempotent-replayed'], 'true')
  nowMs += 1
  assert.equal((await create(6, 'key1')).statusCode, 201, 'as new')
  using other = new DatabaseSync(path)
  const count = () => other.prepare('SELECT count(*) AS count FROM idempotency_keys').get()?.['count']
  const counts = [count()]
  for (const n of [7, 8, 9]) {
    await create(n, `key${n}`)
    counts.push(count())
  }
  assert.deepEqual(counts, [4, 3, 3, 4])
})
