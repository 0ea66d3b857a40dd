import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Client } from 'pg'
import { systemClock, type Clock } from '../src/clock.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { ada, addStudent, tester } from './fixture.ts'
import { emptyPostgres, executeOn } from './engines.ts'

const insert = { mode: 'insert', dryRun: false } as const
const upsert = { mode: 'upsert', dryRun: false } as const

const named = (name: string, domain = 'Law') => ({ ...ada, name, domain, email: `${name}@example.com` })

async function openStore(t: TestContext, url: string, clock = systemClock): Promise<PostgresStudentStore> {
  const store = await PostgresStudentStore.open({ url, poolSize: 4 }, clock)
  t.after(() => store[Symbol.asyncDispose]())
  return store
}

/** Two stores on one database, and the pauses that they make before they begin anew. */
async function openTwo(t: TestContext, url: string) {
  const pauses: number[] = []
  const clock: Clock = {
    ...systemClock,
    after(delayMs, callback) {
      pauses.push(delayMs)
      return systemClock.after(delayMs, callback)
    },
  }
  return { stores: [await openStore(t, url, clock), await openStore(t, url, clock)], pauses }
}

interface Elsewhere {
  /** Resolves when so many wait for it. */
  blocks(count: number): Promise<void>
  commit(): Promise<void>
}

/** Somebody else, who begins a transaction and leaves it open until told to commit. */
async function beginElsewhere(t: TestContext, url: string, sql: string): Promise<Elsewhere> {
  const client = new Client({ connectionString: url })
  await client.connect()
  t.after(() => client.end())
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const blocked = `SELECT FROM pg_stat_activity WHERE ${rows[0]?.pid} = ANY (pg_blocking_pids(pid))`
  await client.query(`BEGIN; ${sql}`)
  return {
    blocks: async (count) => {
      const giveUpAt = performance.now() + 5000
      while ((await executeOn(url, blocked)).length !== count) {
        assert.ok(performance.now() < giveUpAt, `${count} were to wait`)
      }
    },
    commit: async () => void (await client.query('COMMIT')),
  }
}

for (const options of [insert, upsert]) {
  test(`a student who is being removed when a merge (${options.mode}) begins is added by it`, async (t) => {
    const { url } = await emptyPostgres(t)
    const store = await openStore(t, url)
    const { id } = await addStudent(store, named('a'))
    const removal = await beginElsewhere(t, url, `DELETE FROM students WHERE id = ${id}`)
    const merging = store.merge([named('a', 'Music'), named('b')], options, tester)
    await removal.blocks(1)
    await removal.commit()
    assert.deepEqual(await merging, ['added', 'added'])
    const rows = await executeOn(url, 'SELECT name, domain FROM students ORDER BY name')
    assert.deepEqual(rows, [
      { name: 'a', domain: 'Music' },
      { name: 'b', domain: 'Law' },
    ])
    assert.equal(String((await store.list()).body).match(/"name":"a"/g)?.length, 1)
  })
}

test('of two processes that wait for each other one begins anew, and both are done', async (t) => {
  const { url } = await emptyPostgres(t)
  const { stores, pauses } = await openTwo(t, url)
  const gate = await beginElsewhere(
    t,
    url,
    `INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
     VALUES ('0', 'Law', 1, '0@example.com', '0@example.com', now(), now(), 1)`,
  )
  // What is asked for in one breath is one transaction. Each has added its own when it comes to the gate, which is
  // before what the other has added.
  const writing = stores.map((store, index) => {
    const [own, others] = index === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const)
    return Promise.all([
      store.add(named(own), tester),
      store.merge([named('0'), named(others)], upsert, tester),
    ])
  })
  await gate.blocks(2)
  await gate.commit()
  const outcomes = (await Promise.all(writing)).map(([{ state }, merged]) => [state, ...merged].join())
  assert.deepEqual(outcomes.toSorted(), ['added,changed,added', 'email-taken,unchanged,unchanged'])
  const rows = await executeOn(url, 'SELECT name FROM students ORDER BY name')
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['0', 'a', 'b'],
  )
  assert.equal(pauses.length, 1)
})

test('two processes with ten merges each of the same e-mails, in opposite orders: each is added once, and nobody begins anew', async (t) => {
  const { url } = await emptyPostgres(t)
  const { stores, pauses } = await openTwo(t, url)
  const names = Array.from({ length: 100 }, (_, n) => `s${n}`)
  const merges = stores.flatMap((store, index) => {
    const ordered = index === 0 ? names : names.toReversed()
    return Array.from({ length: 10 }, (_, n) =>
      store.merge(
        ordered.slice(n * 10, n * 10 + 20).map((name) => named(name, `Domain ${index}`)),
        upsert,
        tester,
      ),
    )
  })
  const outcomes = (await Promise.all(merges)).flat()
  assert.equal(outcomes.filter((outcome) => outcome === 'added').length, names.length)
  const [row] = await executeOn(
    url,
    'SELECT count(*)::int, count(DISTINCT email_key)::int AS emails FROM students',
  )
  assert.deepEqual(row, { count: names.length, emails: names.length })
  for (const store of stores) assert.equal(JSON.parse(String((await store.list()).body)).length, names.length)
  assert.deepEqual(pauses, [])
})
