import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { Client } from 'pg'
import { systemClock } from '../src/clock.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { DatabaseUnusable } from '../src/store/database.ts'
import { writeLimits, type WriteLimits } from '../src/store/write-queue.ts'
import { StoreUnavailable } from '../src/students/student-store.ts'
import { emptyPostgres, executeOn } from './engines.ts'
import { LossyProxy } from './lossy-proxy.ts'
import { ada, addStudent, openApp, post, problemOf, tester } from './fixture.ts'

async function openPostgres(t: TestContext, url: string, limits: Partial<WriteLimits> = {}) {
  const store = await PostgresStudentStore.open({ url, poolSize: 4 }, systemClock, {
    ...writeLimits,
    ...limits,
  })
  t.after(() => store[Symbol.asyncDispose]())
  return store
}

const endOthers = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'students-api' AND pid <> pg_backend_pid()`

test('eight processes that start at once on an empty database all open it, each migration run once', async (t) => {
  const { url } = await emptyPostgres(t)
  const stores = await Promise.all(Array.from({ length: 8 }, () => openPostgres(t, url)))
  await addStudent(stores[0]!, ada)
  for (const store of stores) assert.equal((await store.find(1))?.email, ada.email)
  const migrations = await executeOn(url, 'SELECT name FROM migrations ORDER BY version')
  assert.deepEqual(
    migrations.map(({ name }) => name),
    readdirSync(new URL('../src/postgres/migrations/', import.meta.url)).toSorted(),
  )
})

test('a database of a newer program is refused in one line', async (t) => {
  const { url } = await emptyPostgres(t)
  await openPostgres(t, url)
  await executeOn(url, `INSERT INTO migrations (version, name) VALUES (99, '0099-later.sql')`)
  await assert.rejects(
    openPostgres(t, url),
    unusable(/a newer students-api made it \(schema 99; this one knows \d+\)/),
  )
})

const secret = 'hunter2'
const refusals: Record<string, { change: (url: URL) => void; message: RegExp }> = {
  'a server that is not there': {
    change: (url) => url.searchParams.set('host', '/nowhere'),
    message: /at \/nowhere:5432: connect ENOENT .*; start it, or correct DATABASE_URL$/,
  },
  'a wrong password': {
    change: (url) => (url.password = secret),
    message: /password authentication failed.*; correct DATABASE_URL$/,
  },
  'a database that is not there': {
    change: (url) => (url.pathname = '/missing'),
    message: /database missing at .*does not exist; make it with createdb, or correct DATABASE_URL$/,
  },
}

for (const [name, { change, message }] of Object.entries(refusals)) {
  test(`${name} is refused in one line with the next step, without the password`, async (t) => {
    const url = new URL((await emptyPostgres(t)).url)
    change(url)
    await assert.rejects(openPostgres(t, url.href), (error) => {
      assert.ok(error instanceof Error)
      assert.ok(![secret, url.password].some((word) => error.message.includes(word)))
      return unusable(message)(error)
    })
  })
}

function unusable(message: RegExp) {
  return (error: unknown) =>
    error instanceof DatabaseUnusable && message.test(error.message) && !error.message.includes('\n')
}

test('connections that are ended are made anew, and nothing is lost or done twice', async (t) => {
  const { url } = await emptyPostgres(t)
  const store = await openPostgres(t, url)
  for (let n = 1; n <= 10; n++) {
    await executeOn(url, endOthers)
    await addStudent(store, { ...ada, email: `s${n}@example.com` })
  }
  assert.equal(JSON.parse((await store.list()).body.toString()).length, 10)
})

const key = { principal: 'anonymous', route: 'POST /students', key: 'one', payloadHash: 'x' }

for (const next of ['commit', 'answer'] as const) {
  test(`a connection lost with the ${next} at COMMIT: each write is done, once, and answered as the first`, async (t) => {
    const { url } = await emptyPostgres(t)
    const { proxy, url: through } = await LossyProxy.open(t, url)
    const store = await openPostgres(t, through)
    const lose = async <Result>(write: () => Promise<Result>): Promise<Result> => {
      proxy.next = next
      return await write()
    }
    const first = await lose(() => store.add(ada, tester))
    assert.ok(first.state === 'added' && !first.replayed)
    const keyed = await lose(() => store.add({ ...ada, email: 'b@example.com' }, tester, key))
    assert.ok(keyed.state === 'added' && !keyed.replayed)
    // A lost try uses up an id.
    const { id } = first.student
    assert.equal((await lose(() => store.change(id, { gpa: 1 }, [1], tester))).state, 'changed')
    assert.equal((await lose(() => store.remove(id, [2], tester))).state, 'removed')
    assert.equal(proxy.lost, 4)
    const rows = await executeOn(url, 'SELECT email, version FROM students')
    assert.deepEqual(rows, [{ email: 'b@example.com', version: '1' }])
    assert.equal(JSON.parse((await store.list()).body.toString()).length, 1)
  })
}

test('a lock held for too long is 503 with the SQLSTATE in the log; then it goes on', async (t) => {
  const { url } = await emptyPostgres(t)
  const { app, log } = openApp(t, await openPostgres(t, url, { waitMs: 100 }))
  const other = new Client({ connectionString: url })
  await other.connect()
  t.after(() => other.end())
  await other.query('BEGIN; LOCK TABLE students')
  assert.deepEqual(problemOf(await post(app, ada)), [503, 'overloaded'])
  await setImmediate()
  assert.equal(log[0]?.['sqlState'], '55P03')
  await other.query('COMMIT')
  assert.equal((await post(app, ada)).statusCode, 201)
})

test('what PostgreSQL says of a row is not logged', async (t) => {
  const { url } = await emptyPostgres(t)
  const { app, log } = openApp(t, await openPostgres(t, url))
  await executeOn(url, `ALTER TABLE students ADD CONSTRAINT nobody CHECK (email = '')`)
  assert.deepEqual(problemOf(await post(app, ada)), [500, 'internal'])
  await setImmediate()
  assert.equal(log[0]?.['sqlState'], '23514')
  assert.doesNotMatch(JSON.stringify({ ...log[0], requestId: '', traceId: '' }), /lovelace|example\.com/i)
})

test('a write that fails takes no other with it', async (t) => {
  const { url } = await emptyPostgres(t)
  const store = await openPostgres(t, url)
  await executeOn(url, `ALTER TABLE students ADD CONSTRAINT odd CHECK (name <> 'bad')`)
  const names = ['a', 'b', 'bad', 'c']
  const results = await Promise.allSettled(
    names.map((name) => store.add({ ...ada, name, email: `${name}@example.com` }, tester)),
  )
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
})

test('a write too many is refused at once, and a closed store refuses all', async (t) => {
  const { url } = await emptyPostgres(t)
  const limits = { ...writeLimits, waiting: 2 }
  const store = await PostgresStudentStore.open({ url, poolSize: 1 }, systemClock, limits)
  const adding = [1, 2].map((n) => store.add({ ...ada, email: `s${n}@example.com` }, tester))
  await assert.rejects(
    store.add(ada, tester),
    (error) => error instanceof StoreUnavailable && error.reason === 'full',
  )
  await Promise.all(adding)
  await store[Symbol.asyncDispose]()
  await assert.rejects(
    store.add(ada, tester),
    (error) => error instanceof StoreUnavailable && error.reason === 'closed',
  )
})
