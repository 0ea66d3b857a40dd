import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import { runService } from '../src/service.ts'
import { openDatabase } from '../src/store/database.ts'
import { run } from './command-line.ts'
import { ada, addStudent, openStore, temporaryFolder } from './fixture.ts'

test('a backup taken while writes go on is one state, with all that was answered before it', async (t) => {
  const folder = temporaryFolder(t)
  const [db, file] = [join(folder, 'students.db'), join(folder, 'backup.db')]
  const store = openStore(t, db)
  const students = [...plausibleStudents(3000, 1)]
  await Promise.all(students.slice(0, 2000).map((student) => addStudent(store, student)))
  const over = new AbortController()
  const backingUp = run('backup', file, '--db', db).finally(() => over.abort())
  let written = 0
  for (; !over.signal.aborted && written < 1000; written++) await addStudent(store, students[2000 + written]!)
  assert.deepEqual(await backingUp, {
    code: 0,
    stdout: '',
    stderr: `${db} backed up to ${file}\n`,
  })
  {
    using copy = new DatabaseSync(file, { readOnly: true })
    assert.equal(copy.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
    const emails = copy
      .prepare('SELECT email FROM students ORDER BY id')
      .all()
      .map(({ email }) => email)
    assert.ok(emails.length >= 2000 && emails.length <= 2000 + written)
    assert.deepEqual(
      emails,
      students.slice(0, emails.length).map(({ email }) => email),
    )
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('partial')),
    [],
  )
  assert.equal((await addStudent(openStore(t, file), ada)).version, 1)
})

test('a file that is there stays as it is without --force', async (t) => {
  const folder = temporaryFolder(t)
  const [db, file] = [join(folder, 'students.db'), join(folder, 'backup.db')]
  await addStudent(openStore(t, db), ada)
  writeFileSync(file, 'precious')
  const { code, stderr } = await run('backup', file, '--db', db)
  const advice = `students-api: ${file} is there already: name another file, or pass --force\n`
  assert.deepEqual([code, stderr], [1, advice])
  assert.equal(readFileSync(file, 'utf8'), 'precious')
  assert.equal((await run('backup', file, '--db', db, '--force')).code, 0)
  assert.deepEqual(JSON.parse((await openStore(t, file).list()).body.toString()).length, 1)
})

test('a backup that fails leaves nothing, and what was there stays', async (t) => {
  const folder = temporaryFolder(t)
  const [db, file] = [join(folder, 'students.db'), join(folder, 'backup.db')]
  writeFileSync(db, 'a letter, not a database'.repeat(99))
  writeFileSync(file, 'precious')
  const { code, stderr } = await run('backup', file, '--db', db, '--force')
  assert.equal(code, 1)
  assert.match(stderr, /^students-api: cannot back up .*\n$/)
  assert.equal(readFileSync(file, 'utf8'), 'precious')
  assert.deepEqual(readdirSync(folder).toSorted(), ['backup.db', 'students.db'])
})

test('what cannot be backed up is one line', async (t) => {
  const folder = temporaryFolder(t)
  const [db, inner] = [join(folder, 'students.db'), join(folder, 'inner')]
  assert.match(
    (await run('backup', join(folder, 'b.db'), '--db', db)).stderr,
    /no database is at .*pass --db/,
  )
  assert.ok(!existsSync(db))
  await addStudent(openStore(t, db), ada)
  mkdirSync(inner)
  assert.match((await run('backup', inner, '--db', db, '--force')).stderr, /is a folder: name a file\n$/)
  assert.match((await run('backup', db, '--db', db, '--force')).stderr, /is the database itself/)
  assert.match(
    (await run('backup', join(folder, 'no', 'b.db'), '--db', db)).stderr,
    /^.*cannot back up .*\n$/,
  )
  assert.equal((await run('backup')).code, 2)
  assert.equal((await run('backup', 'a', 'b')).code, 2)
})

test('stopped midway, it leaves nothing, and what was there stays', async (t) => {
  const folder = temporaryFolder(t)
  const [db, file] = [join(folder, 'students.db'), join(folder, 'backup.db')]
  // More than is copied in one step.
  openDatabase(db).exec('CREATE TABLE ballast AS SELECT randomblob(20000000) AS bytes')
  writeFileSync(file, 'precious')
  let stderr = ''
  const code = await runService({
    argv: ['backup', file, '--db', db, '--force'],
    env: {},
    stdout: { write: () => {} },
    stderr: { write: (text) => void (stderr += text) },
    onStop(listener) {
      const immediate = setImmediate(listener)
      return () => clearImmediate(immediate)
    },
  })
  assert.deepEqual([code, stderr], [130, `students-api: stopped: ${file} is as it was\n`])
  assert.equal(readFileSync(file, 'utf8'), 'precious')
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('backup')),
    ['backup.db'],
  )
})
