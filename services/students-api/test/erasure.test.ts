import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../src/clock.ts'
import { openDatabase } from '../src/store/database.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import type { HistoryRecord } from '../src/students/history-record.ts'
import { contract, type Engine } from './engines.ts'
import {
  ada,
  addStudent,
  openApp,
  openStore,
  post,
  problemOf,
  send,
  temporaryFolder,
  tester,
} from './fixture.ts'

const key = { 'idempotency-key': 'k' }
const any = { 'if-match': '*' }
const personal = /lovelace|augusta|byron|ada@|engineering|9\.95/i

/** The service with Ada in it, who was once called otherwise, and another student. */
async function openWithAda(t: TestContext, engine: Engine) {
  const database = await engine.makeDatabase(t)
  const { app } = openApp(t, await database.open())
  await post(app, { ...ada, name: 'Augusta Byron' }, key)
  await send(app, 'PATCH', '/students/1', { name: ada.name }, any)
  await post(app, { name: 'Grace', domain: 'Compilers', gpa: 1, email: 'grace@example.com' })
  return { app, database }
}

function erase(app: FastifyInstance, id: number | string = 1) {
  const headers = { 'x-request-id': 'please' }
  return app.inject({ method: 'POST', url: `/students/${id}/erasure`, headers })
}

async function tablesOf(database: Awaited<ReturnType<typeof openWithAda>>['database']): Promise<string> {
  const tables = ['students', 'student_history', 'idempotency_keys']
  return JSON.stringify(await Promise.all(tables.map((table) => database.execute(`SELECT * FROM ${table}`))))
}

contract('an erasure takes the student, each value of its history and its answers', async (t, engine) => {
  const { app, database } = await openWithAda(t, engine)
  assert.match(await tablesOf(database), personal)
  const response = await erase(app)
  assert.equal(response.statusCode, 200, response.body)
  assert.equal(response.headers['cache-control'], 'no-store')
  const { erasedAt, ...tombstone } = response.json()
  assert.deepEqual(tombstone, { id: 1, principal: 'anonymous', requestId: 'please' })
  assert.ok(Math.abs(Date.parse(erasedAt) - Date.now()) < 60_000)
  const left = await tablesOf(database)
  assert.doesNotMatch(left, personal)
  assert.match(left, /grace@example\.com/)
})

contract('what happened is still told, without what it was', async (t, engine) => {
  const { app } = await openWithAda(t, engine)
  const before = (await app.inject('/students/1/history')).json<HistoryRecord[]>()
  const { erasedAt } = (await erase(app)).json()
  const after = (await app.inject('/students/1/history')).json<HistoryRecord[]>()
  const emptied = before.map((record) => ({
    ...record,
    changes: Object.fromEntries(Object.keys(record.changes).map((field) => [field, {}])),
  }))
  const last = { version: 3, action: 'erased', at: erasedAt, principal: 'anonymous', requestId: 'please' }
  assert.deepEqual(after, [...emptied, { ...last, changes: {} }])
  assert.deepEqual(Object.keys(after[0]?.changes ?? {}).toSorted(), ['domain', 'email', 'gpa', 'name'])
})

contract('an erased student is gone: 410, whatever is asked; its e-mail is free', async (t, engine) => {
  const { app } = await openWithAda(t, engine)
  await erase(app)
  const answers = [
    await app.inject('/students/1'),
    await send(app, 'PUT', '/students/1', ada, any),
    await send(app, 'PATCH', '/students/1', { gpa: 1 }, any),
    await app.inject({ method: 'DELETE', url: '/students/1' }),
  ]
  for (const answer of answers) assert.deepEqual(problemOf(answer), [410, 'erased'])
  assert.deepEqual(problemOf(await post(app, { ...ada, name: 'Augusta Byron' }, key)), [410, 'gone'])
  const anew = await post(app, ada)
  assert.equal(anew.statusCode, 201)
  assert.ok(anew.json().id > 2)
  assert.equal((await app.inject(`${String(anew.headers.location)}/history`)).json().length, 1)
})

contract('erased again, also by many at once, it has one tombstone', async (t, engine) => {
  const { app, database } = await openWithAda(t, engine)
  const second = openApp(t, await database.open()).app
  await app.inject({ method: 'DELETE', url: '/students/2' })
  for (const id of [1, 2]) {
    const erasures = await Promise.all(
      Array.from({ length: 20 }, (_, n) => erase(n % 2 === 0 ? app : second, id)),
    )
    const bodies = new Set([...erasures, await erase(app, id)].map(({ body }) => body))
    assert.equal(bodies.size, 1, [...bodies].join('\n'))
    assert.equal(JSON.parse([...bodies][0]!).id, id)
    const history = (await app.inject(`/students/${id}/history`)).json<HistoryRecord[]>()
    assert.equal(history.filter(({ action }) => action === 'erased').length, 1)
  }
})

contract('what shares a transaction with an erasure leaves none of its values either', async (t, engine) => {
  const { app, database } = await openWithAda(t, engine)
  const store = await database.open()
  const newcomer = { ...ada, name: 'Augusta', email: 'augusta@example.com' }
  const once = { principal: 'tester', route: 'POST /students', key: 'l', payloadHash: 'h' }
  // All in one turn, the last for the id that the newcomer gets.
  const outcomes = await Promise.all([
    store.change(1, { domain: 'Byron Studies' }, 'any', tester),
    store.remove(1, 'any', tester),
    store.erase(1, tester),
    store.erase(1, tester),
    store.add(newcomer, tester, once),
    store.erase(3, tester),
  ])
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['changed', 'removed', 'erased', 'erased', 'added', 'erased'],
  )
  assert.doesNotMatch(await tablesOf(database), personal)
  const history = (await app.inject('/students/1/history')).json<HistoryRecord[]>()
  assert.deepEqual(
    history.map(({ action, version, changes }) => [action, version, Object.keys(changes).length]),
    [
      ['created', 1, 4],
      ['changed', 2, 1],
      ['changed', 3, 1],
      ['removed', 4, 4],
      ['erased', 5, 0],
    ],
  )
  assert.equal((await app.inject('/students/3/history')).json().length, 2)
})

contract('two processes that erase one student at once give the same answer', async (t, engine) => {
  const { app, database } = await openWithAda(t, engine)
  const second = openApp(t, await database.open()).app
  for (let n = 0; n < 20; n++) {
    const { id } = (await post(app, { ...ada, email: `s${n}@example.com` })).json()
    if (n % 2 === 0) await app.inject({ method: 'DELETE', url: `/students/${id}` })
    // One each, so that a batch that fails has nothing left to be tried alone.
    const [one, other] = await Promise.all([erase(app, id), erase(second, id)])
    assert.deepEqual([one.statusCode, other.body], [200, one.body])
  }
})

contract('a student who was removed before can still be erased', async (t, engine) => {
  const { app, database } = await openWithAda(t, engine)
  await app.inject({ method: 'DELETE', url: '/students/1' })
  assert.deepEqual(problemOf(await app.inject('/students/1')), [404, 'not-found'])
  assert.match(await tablesOf(database), /lovelace/i)
  assert.equal((await erase(app)).statusCode, 200)
  assert.doesNotMatch(await tablesOf(database), personal)
  const history = (await app.inject('/students/1/history')).json<HistoryRecord[]>()
  assert.deepEqual(
    history.map(({ action, version }) => [action, version]),
    [
      ['created', 1],
      ['changed', 2],
      ['removed', 3],
      ['erased', 4],
    ],
  )
})

contract('the lists of all processes forget who is erased; a repeat changes none', async (t, engine) => {
  const { app, database } = await openWithAda(t, engine)
  const second = openApp(t, await database.open()).app
  const lists = () => Promise.all([app, second].map((one) => one.inject('/students')))
  const before = await lists()
  await erase(app)
  const after = await lists()
  for (const [index, { body, headers }] of after.entries()) {
    assert.doesNotMatch(body, personal)
    assert.match(body, /grace@/)
    assert.notEqual(headers.etag, before[index]?.headers.etag)
  }
  await erase(app)
  assert.equal((await app.inject('/students')).headers.etag, after[0]?.headers.etag)
})

contract('nobody is erased who never was, or by a request with a body', async (t, engine) => {
  const { app } = await openWithAda(t, engine)
  for (const id of ['3', 'abc', '0', '99999999999999999999']) {
    assert.deepEqual(problemOf(await erase(app, id)), [404, 'not-found'], id)
  }
  assert.deepEqual(problemOf(await app.inject('/students/3/history')), [404, 'not-found'])
  for (const type of ['application/json', 'text/plain']) {
    const headers = { 'content-type': type }
    const trial = { method: 'POST', url: '/students/1/erasure', headers } as const
    assert.deepEqual(problemOf(await app.inject({ ...trial, payload: '{"dryRun":true}' })), [422, 'invalid'])
  }
  assert.equal((await app.inject('/students/1')).statusCode, 200)
  const headers = { 'content-type': 'application/json' }
  const empty = await app.inject({ method: 'POST', url: '/students/1/erasure', headers })
  assert.equal(empty.statusCode, 200, empty.body)
})

contract('an export holds all that is kept on a student, and nothing else', async (t, engine) => {
  const { app } = await openWithAda(t, engine)
  const exported = async () => {
    const response = await app.inject('/students/1/export')
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(response.headers['content-disposition'], 'attachment; filename="student-1.json"')
    return response.json()
  }
  const history = async () => (await app.inject('/students/1/history')).json()
  const student = (await app.inject('/students/1')).json()
  const { idempotencyKeys, ...rest } = await exported()
  assert.deepEqual(rest, { id: 1, student, history: await history() })
  const [{ at, answer, ...used }, ...others] = idempotencyKeys
  assert.deepEqual(used, { principal: 'anonymous', route: 'POST /students', key: 'k' })
  assert.deepEqual([at, answer.name, answer.version, others], [answer.createdAt, 'Augusta Byron', 1, []])
  await app.inject({ method: 'DELETE', url: '/students/1' })
  const removed = await exported()
  assert.deepEqual(removed, { id: 1, student: null, history: await history(), idempotencyKeys: [] })
  assert.match(JSON.stringify(removed), personal)
  await erase(app)
  assert.doesNotMatch(JSON.stringify(await exported()), personal)
})

contract('an export reads a long history page by page, as it was when asked for', async (t, engine) => {
  const store = await (await engine.makeDatabase(t)).open()
  const { app } = openApp(t, store)
  const { id } = await addStudent(store, ada)
  const changes = Array.from({ length: 250 }, (_, n) => store.change(id, { name: `Ada ${n}` }, 'any', tester))
  await Promise.all(changes)
  const history = store.history.bind(store)
  const pages = t.mock.method(store, 'history', async (...asked: Parameters<typeof history>) => {
    await store.change(id, { gpa: pages.mock.callCount() }, 'any', tester)
    return history(...asked)
  })
  const exported = (await app.inject(`/students/${id}/export`)).json()
  assert.equal(exported.student.version, 251)
  assert.deepEqual(exported.history, (await history(id, { limit: 251 }))?.records)
  assert.equal(pages.mock.callCount(), 3)
  const head = await app.inject({ method: 'HEAD', url: `/students/${id}/export` })
  assert.deepEqual([head.statusCode, head.body], [200, ''])
  assert.equal(pages.mock.callCount(), 3)
})

/** All that the files of a database hold. */
function bytesOf(path: string): string {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file))
  return files.map((file) => readFileSync(file, 'latin1')).join('')
}

test('SQLite: once it is answered, no byte of the student is in the files', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const { app } = openApp(t, openStore(t, path))
  await post(app, { ...ada, name: 'Augusta Byron' }, key)
  await send(app, 'PATCH', '/students/1', { name: ada.name }, any)
  for (const word of ['Augusta Byron', ada.name, ada.email]) assert.ok(bytesOf(path).includes(word), word)
  await erase(app)
  assert.doesNotMatch(bytesOf(path), /lovelace|augusta|ada@/i)
  assert.match(bytesOf(path), /erased/)
})

/** A reader that holds the log, and what is left to do later. */
function holdLog(path: string) {
  const later: (() => void)[] = []
  const clock = {
    ...systemClock,
    after: (_ms: number, callback: () => void) => {
      later.push(callback)
      return () => void later.splice(later.indexOf(callback), 1)
    },
  }
  const reader = new DatabaseSync(path)
  const hold = () => reader.exec('BEGIN; SELECT count(*) FROM students')
  return { later, clock, reader, hold }
}

test('SQLite: what a reader holds is gone once it is over', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  openDatabase(path).close()
  const { later, clock, reader, hold } = holdLog(path)
  using store = new SqliteStudentStore(path, clock)
  await addStudent(store, ada)
  hold()
  const erasure = await store.erase(1, { principal: 'tester' })
  assert.equal(erasure.state, 'erased')
  assert.ok(bytesOf(path).includes(ada.email))
  later.shift()?.()
  assert.ok(bytesOf(path).includes(ada.email))
  reader.close()
  assert.equal(later.length, 1)
  later.shift()?.()
  assert.doesNotMatch(bytesOf(path), /lovelace|ada@/i)
  assert.equal(later.length, 0)
})

test('SQLite: what a process that was killed has left in the log is gone with the next start', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'students.db')
  openDatabase(path).close()
  const { clock, reader, hold } = holdLog(path)
  using store = new SqliteStudentStore(path, clock)
  await addStudent(store, ada)
  hold()
  await store.erase(1, { principal: 'tester' })
  const killed = join(folder, 'killed.db')
  for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${killed}${suffix}`)
  reader.close()
  assert.ok(bytesOf(killed).includes(ada.email))
  openStore(t, killed)
  assert.doesNotMatch(bytesOf(killed), /lovelace|ada@/i)
})

test('SQLite: the database itself refuses to change or remove a record, but for its values, all of them', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  await addStudent(openStore(t, path), ada)
  using db = openDatabase(path)
  const refused = [
    'DELETE FROM student_history',
    `UPDATE student_history SET principal = 'x'`,
    `UPDATE student_history SET request_id = 'x'`,
    'UPDATE student_history SET version = 2',
    `UPDATE student_history SET action = 'changed'`,
    `UPDATE student_history SET changes = '{}'`,
    `UPDATE student_history SET changes = json_set(changes, '$.name.to', 'x')`,
    `UPDATE student_history SET changes = json_remove(changes, '$.name.to')`,
    `UPDATE student_history SET at = 'x',
       changes = (SELECT json_group_object(key, json('{}')) FROM json_each(changes))`,
  ]
  for (const sql of refused) assert.throws(() => db.exec(sql), /student_history only grows/, sql)
})
