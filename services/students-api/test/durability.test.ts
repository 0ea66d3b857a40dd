import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import { proveDurability } from '../test-long/durability-proof.ts'
import {
  durableDatabases,
  type DurableDatabase,
  type DurableDatabaseName,
} from '../test-long/durable-database.ts'
import { Journal } from '../test-long/journal.ts'
import { temporaryFolder } from './fixture.ts'

const honest = new URL('../src/main.ts', import.meta.url)
const hasty = new URL('../test-long/hasty-main.ts', import.meta.url)

/** A short form of `test-long/durability.ts`. */
async function prove(t: TestContext, on: DurableDatabaseName, main: URL, kills: number) {
  const folder = temporaryFolder(t)
  await using database = await durableDatabases[on](folder)
  return await proveOf(database, { folder, main, kills })
}

async function proveOf(
  database: DurableDatabase,
  { folder, main, kills }: { folder: string; main: URL; kills: number },
) {
  await using journal = await Journal.open(join(folder, 'journal.ndjson'))
  return await proveDurability({
    main: fileURLToPath(main),
    database,
    journal,
    kills,
    connections: 20,
    killAfterMs: [100, 250],
    random: Math.random,
  })
}

const keeping: [DurableDatabaseName, kills: number, what: string][] = [
  ['sqlite', 3, 'three kills of the service'],
  ['postgres', 2, 'two kills of the service and two of PostgreSQL'],
]

for (const [on, kills, what] of keeping) {
  test(`${what} lose nothing that was acknowledged on ${on}, and double nothing`, async (t) => {
    const { acknowledged, unanswered, violations } = await prove(t, on, honest, kills)
    t.diagnostic(`${acknowledged} acknowledged, ${unanswered} unanswered`)
    assert.deepEqual(violations, [])
    // Each client of each round is left with one request that got no answer.
    assert.ok(acknowledged >= unanswered && unanswered >= 20 * kills)
  })
}

const losing: [DurableDatabaseName, main: URL, what: string][] = [
  ['sqlite', hasty, 'a service on SQLite that answers before it commits'],
  ['postgres', hasty, 'a service on PostgreSQL that answers before it commits'],
  ['forgetful-postgres', honest, 'a PostgreSQL that commits before it writes'],
]

for (const [on, main, what] of losing) {
  test(`${what} is found out`, async (t) => {
    const { violations } = await prove(t, on, main, 1)
    assert.ok(
      violations.some((violation) => violation.endsWith('was acknowledged and is lost after the kill')),
      violations.join('\n'),
    )
  })
}

test('a record that is lost is found out', async (t) => {
  const folder = temporaryFolder(t)
  const whole = await durableDatabases.sqlite(folder)
  let starts = 0
  const startService: DurableDatabase['startService'] = (program) => {
    if (starts++ > 0) {
      using db = new DatabaseSync(join(folder, 'students.db'))
      db.exec(
        'DROP TRIGGER IF EXISTS student_history_is_not_removed; DELETE FROM student_history WHERE student_id = 1',
      )
    }
    return whole.startService(program)
  }
  const { violations } = await proveOf({ ...whole, startService }, { folder, main: honest, kills: 1 })
  assert.equal(violations.length, 1)
  assert.match(violations[0]!, /was acknowledged, and its history is \[\]$/)
})
