import assert from 'node:assert/strict'
import { runIn } from './command-line.ts'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import { runService } from '../src/service.ts'
import { ada, addStudent, openStore, temporaryFolder, tester } from './fixture.ts'

async function vacuum(...argv: string[]): Promise<{ code: number; stderr: string }> {
  let stderr = ''
  const code = await runService({
    argv: ['vacuum', ...argv],
    env: {},
    stdout: { write: () => {} },
    stderr: { write: (text) => void (stderr += text) },
    onStop: () => () => {},
  })
  return { code, stderr }
}

test('after a vacuum nothing is left of those erased, and all of the others; a service goes on', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const store = openStore(t, db)
  await store.merge([...plausibleStudents(3000, 1)], { mode: 'insert', dryRun: false }, tester)
  const list = (await store.list()).body.toString()
  // What somebody deletes who has not asked for it to be overwritten.
  {
    using other = new DatabaseSync(db)
    other.exec(`INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
      VALUES ('Leftover Name', 'x', 1, 'leftover@x.de', 'leftover@x.de', 'c', 'u', 1);
      DELETE FROM students WHERE email_key = 'leftover@x.de'; PRAGMA wal_checkpoint(TRUNCATE)`)
  }
  assert.match(readFileSync(db, 'latin1'), /leftover/i)
  const { code, stderr } = await vacuum('--db', db)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^\S+students\.db rebuilt: \d+\.\d MB before, \d+\.\d MB now\n$/)
  assert.doesNotMatch(readFileSync(db, 'latin1'), /leftover/i)
  assert.equal((await store.list()).body.toString(), list)
  const { id } = await addStudent(store, ada)
  assert.equal((await store.erase(id, tester)).state, 'erased')
})

test('a vacuum that cannot be says why in one line', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  assert.deepEqual(await vacuum('--db', db), {
    code: 1,
    stderr: `students-api: no database is at ${db}: pass --db FILE\n`,
  })
  assert.ok(!existsSync(db))
  const store = openStore(t, db)
  await addStudent(store, ada)
  using reader = new DatabaseSync(db)
  reader.exec('BEGIN; SELECT count(*) FROM students')
  assert.deepEqual(await vacuum('--db', db), {
    code: 1,
    stderr: `students-api: ${db} is being read, and so its log keeps what was: try again\n`,
  })
  reader.exec('COMMIT; BEGIN IMMEDIATE')
  assert.deepEqual(await vacuum('--db', db), {
    code: 1,
    stderr: `students-api: ${db} is being written to: try again\n`,
  })
  assert.equal((await vacuum('--db', db, 'now')).code, 2)
  assert.equal((await vacuum('--help')).code, 0)
  const elsewhere = await runIn({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'vacuum')
  assert.equal(elsewhere.code, 2)
  assert.match(elsewhere.stderr, /PostgreSQL has autovacuum/)
})
