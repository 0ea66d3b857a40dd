import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { systemClock, type Clock } from '../src/clock.ts'
import { openDatabase } from '../src/store/database.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { WriteQueue, writeLimits, type WriteLimits } from '../src/store/write-queue.ts'
import { StoreUnavailable } from '../src/students/student-store.ts'
import { ada, openApp, post, problemOf, temporaryFolder } from './fixture.ts'

interface TestQueue {
  db: DatabaseSync
  path: string
  queue: WriteQueue
  /** Queues the insertion of one row. Resolves to `n`. */
  insert: (n: number) => Promise<number>
  /** What is stored, in the order of insertion. */
  rows: () => number[]
}

/** A queue on a table of odd numbers, each once, where the number 13 makes COMMIT fail. */
function openQueue(t: TestContext, limits: Partial<WriteLimits> = {}, clock: Clock = systemClock): TestQueue {
  const path = join(temporaryFolder(t), 'numbers.db')
  const db = openDatabase(path)
  t.after(() => db.close())
  db.exec(`CREATE TABLE numbers (n INTEGER UNIQUE CHECK (n % 2 = 1)) STRICT;
    CREATE TABLE child (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER fail AFTER INSERT ON numbers WHEN NEW.n = 13 BEGIN INSERT INTO child VALUES (0); END;
    PRAGMA busy_timeout = 0`)
  const queue = new WriteQueue(db, clock, { ...writeLimits, ...limits })
  const statement = db.prepare('INSERT INTO numbers VALUES (?)')
  const insert = (n: number) =>
    queue.run(
      () => Number(statement.run(n).changes) * n,
      () => {},
    )
  const rows = () =>
    db
      .prepare('SELECT n FROM numbers ORDER BY rowid')
      .all()
      .map((row) => Number(row['n']))
  return { db, path, queue, insert, rows }
}

function unavailable(reason: string) {
  return (error: unknown) => error instanceof StoreUnavailable && error.reason === reason
}

test('writes of one turn share one transaction, in their order', async (t) => {
  const { db, insert, rows } = openQueue(t)
  const exec = t.mock.method(db, 'exec')
  assert.deepEqual(await Promise.all([5, 1, 3].map(insert)), [5, 1, 3])
  assert.deepEqual(
    exec.mock.calls.map(({ arguments: [sql] }) => sql),
    ['BEGIN IMMEDIATE', 'COMMIT'],
  )
  assert.deepEqual(rows(), [5, 1, 3])
})

for (const [when, bad] of Object.entries({ 'in its statement': 2, 'as a duplicate': 1, 'at COMMIT': 13 })) {
  test(`a write that fails ${when} takes no other with it`, async (t) => {
    const { insert, rows } = openQueue(t)
    const results = await Promise.allSettled([1, 3, bad, 5, 7].map(insert))
    const statuses = results.map(({ status }) => (status === 'fulfilled' ? 'done' : 'failed'))
    assert.deepEqual(statuses, ['done', 'done', 'failed', 'done', 'done'])
    assert.deepEqual(rows(), [1, 3, 5, 7])
    assert.equal(await insert(9), 9)
  })
}

test('nothing is answered before all of the batch is known to readers', async (t) => {
  const { queue } = openQueue(t)
  const seen: string[] = []
  const write = (name: string) =>
    queue
      .run(
        () => name,
        () => seen.push(`${name} committed`),
      )
      .then(() => seen.push(`${name} answered`))
  await Promise.all([write('a'), write('b')])
  assert.deepEqual(seen, ['a committed', 'b committed', 'a answered', 'b answered'])
})

test('a longer queue than a batch is committed in several', async (t) => {
  const { db, insert, rows } = openQueue(t, { batch: 2 })
  const exec = t.mock.method(db, 'exec')
  await Promise.all([1, 3, 5, 7, 9].map(insert))
  assert.equal(exec.mock.calls.filter(({ arguments: [sql] }) => sql === 'COMMIT').length, 3)
  assert.deepEqual(rows(), [1, 3, 5, 7, 9])
})

test('a write too many is refused at once, and those before it are done', async (t) => {
  const { insert, rows } = openQueue(t, { waiting: 2 })
  const accepted = [insert(1), insert(3)]
  await assert.rejects(insert(5), unavailable('full'))
  assert.deepEqual(rows(), [])
  await Promise.all(accepted)
  assert.deepEqual(rows(), [1, 3])
})

test('a write that waited too long is refused and not done', async (t) => {
  let nowMs = 0
  const { insert, rows } = openQueue(t, { waitMs: 100 }, { ...systemClock, elapsedMs: () => nowMs })
  const late = assert.rejects(insert(1), unavailable('late'))
  nowMs = 50
  const inTime = insert(3)
  nowMs = 101
  await Promise.all([late, inTime])
  assert.deepEqual(rows(), [3])
})

test('a closed queue refuses what waits and what comes', async (t) => {
  const { queue, insert, rows } = openQueue(t)
  const waiting = assert.rejects(insert(1), unavailable('closed'))
  queue.close()
  await Promise.all([waiting, assert.rejects(insert(3), unavailable('closed'))])
  await setImmediate()
  assert.deepEqual(rows(), [])
})

test('a locked database is waited for, and the event loop goes on', async (t) => {
  const { path, insert, rows } = openQueue(t)
  using other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const written = Promise.all([insert(1), insert(3)])
  for (let turn = 0; turn < 10; turn++) {
    const startedMs = performance.now()
    await setTimeout(5)
    assert.ok(performance.now() - startedMs < 200, 'the event loop was held up')
  }
  assert.deepEqual(rows(), [])
  other.exec('ROLLBACK')
  assert.deepEqual(await written, [1, 3])
  assert.deepEqual(rows(), [1, 3])
})

test('a database locked for too long is 503 with Retry-After; then it goes on', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const store = new SqliteStudentStore(path, systemClock, { ...writeLimits, waitMs: 100 })
  t.after(() => store[Symbol.dispose]())
  const { app, log } = openApp(t, store)
  using other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const startedMs = performance.now()
  const responses = await Promise.all([post(app, ada), post(app, { ...ada, email: 'b@example.com' })])
  for (const response of responses) {
    assert.deepEqual(problemOf(response), [503, 'overloaded'])
    assert.equal(response.headers['retry-after'], '1')
  }
  assert.ok(performance.now() - startedMs < 1500, 'the lock was waited for in SQLite, which stops everything')
  assert.equal(log[0]?.['sqliteCode'], 5)
  other.exec('ROLLBACK')
  assert.equal((await app.inject('/students')).body, '[]')
  assert.equal((await post(app, ada)).statusCode, 201)
})
