import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../src/clock.ts'
import { DatabaseUnusable, openDatabase, requireSafeSqlite } from '../src/store/database.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { ada, addStudent, openStore, temporaryFolder, tester } from './fixture.ts'

test('the folder of the database is made', async (t) => {
  const store = openStore(t, join(temporaryFolder(t), 'a', 'b', 'students.db'))
  assert.equal((await addStudent(store, ada)).id, 1)
})

test('the database is opened durable, strict and suspicious', (t) => {
  using db = openDatabase(join(temporaryFolder(t), 'students.db'))
  const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  assert.equal(pragma('journal_mode'), 'wal')
  assert.equal(pragma('synchronous'), 2)
  assert.equal(pragma('busy_timeout'), 5000)
  assert.equal(pragma('trusted_schema'), 0)
  assert.equal(pragma('foreign_keys'), 1)
  assert.throws(() => db.exec(insertWithTextGpa), /REAL/)
})

const insertWithTextGpa = `INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  VALUES ('a', 'b', 'x', 'e', 'e', 'c', 'u', 1)`

test('what was stored is there when the database is opened again', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const first = new SqliteStudentStore(path, systemClock)
  const student = await addStudent(first, ada)
  first[Symbol.dispose]()
  const second = openStore(t, path)
  assert.deepEqual(await second.find(1), student)
  assert.deepEqual(JSON.parse((await second.list()).body.toString()), [student])
})

test('a failed COMMIT rejects, and the student is neither found nor listed', async (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  const store = openStore(t, path)
  await store.list()
  using other = new DatabaseSync(path)
  other.exec(`CREATE TABLE missing (id INTEGER PRIMARY KEY);
    CREATE TABLE child (id INTEGER REFERENCES missing DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER fail AFTER INSERT ON students BEGIN INSERT INTO child VALUES (1); END;`)
  await assert.rejects(store.add(ada, tester), /FOREIGN KEY/)
  assert.equal(await store.find(1), undefined)
  assert.equal((await store.list()).body.toString(), '[]')
})

test('a database of a newer program is refused', (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  using db = openDatabase(path)
  db.exec(`INSERT INTO migrations (version, name) VALUES (99, '0099-later.sql')`)
  assert.throws(
    () => openDatabase(path),
    unusable(/a newer students-api made it \(schema 99; this one knows \d+\)/),
  )
})

test('a migration is run once', (t) => {
  const path = join(temporaryFolder(t), 'students.db')
  openDatabase(path).close()
  using db = openDatabase(path)
  const names = readdirSync(new URL('../src/store/migrations/', import.meta.url)).toSorted()
  assert.deepEqual(
    db
      .prepare('SELECT * FROM migrations')
      .all()
      .map((row) => ({ ...row })),
    names.map((name, index) => ({ version: index + 1, name })),
  )
})

const refusals: Record<string, { make: (path: string) => void; under?: string; message: RegExp }> = {
  'is a folder': { make: (path) => mkdirSync(path), message: /it is a folder; pass --db FILE$/ },
  'is no database': {
    make: (path) => writeFileSync(path, 'a letter, not a database'.repeat(99)),
    message: /it is not a SQLite database; pass --db FILE$/,
  },
  'lies under a file': {
    make: (path) => writeFileSync(path, ''),
    under: 'students.db',
    message: /its folder cannot be made \(E\w+\); pass --db FILE$/,
  },
}

for (const [name, { make, under = '', message }] of Object.entries(refusals)) {
  test(`a path that ${name} is refused in one line`, (t) => {
    const path = join(temporaryFolder(t), 'x.db')
    make(path)
    assert.throws(() => openDatabase(join(path, under)), unusable(message))
  })
}

function unusable(message: RegExp) {
  return (error: unknown) =>
    error instanceof DatabaseUnusable && message.test(error.message) && !error.message.includes('\n')
}

test('a SQLite older than 3.51.3 is refused', () => {
  for (const old of ['3.51.2', '3.9.0', '3.46.1', '2.99.9'])
    assert.throws(() => requireSafeSqlite(old), /3\.51\.3/)
  for (const safe of ['3.51.3', '3.51.10', '3.53.4', '4.0.0']) requireSafeSqlite(safe)
})
