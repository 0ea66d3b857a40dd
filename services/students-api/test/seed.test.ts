import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import type { NewStudent } from '../src/students/student.ts'
import { run, runIn } from './command-line.ts'
import { contract, type TestDatabase } from './engines.ts'
import { addStudent, openApp, openStore, post, temporaryFolder } from './fixture.ts'

async function studentsIn(database: TestDatabase): Promise<NewStudent[]> {
  const { body } = await (await database.open()).list()
  const students: NewStudent[] = JSON.parse(body.toString())
  return students.map(({ name, domain, gpa, email }) => ({ name, domain, gpa, email }))
}

function byEmail(a: NewStudent, b: NewStudent): number {
  return a.email < b.email ? -1 : 1
}

function seed({ env, flags }: TestDatabase, ...words: string[]) {
  return runIn(env, 'seed', ...words, ...flags)
}

contract('the same seed brings the same students on any database, another one others', async (t, engine) => {
  const [one, two, other] = [0, 1, 2].map(() => engine.makeDatabase(t))
  assert.equal((await seed(await one!, '1203')).code, 0)
  assert.equal((await seed(await two!, '1203', '--seed', '1')).code, 0)
  assert.equal((await seed(await other!, '1203', '--seed=2')).code, 0)
  const students = await studentsIn(await one!)
  assert.deepEqual(students.toSorted(byEmail), [...plausibleStudents(1203, 1)].toSorted(byEmail))
  assert.deepEqual(await studentsIn(await two!), students)
  assert.notDeepEqual(await studentsIn(await other!), students)
})

contract('a second run finds its students there, and says so', async (t, engine) => {
  const database = await engine.makeDatabase(t)
  await seed(database, '10')
  const { code, stdout, stderr } = await seed(database, '15')
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /^5 students added in [\d.]+ s, [\d,]+ rows\/s; 10 were there already\n$/)
})

test('every student is one that POST takes, no two alike', async (t) => {
  const { app } = openApp(t)
  for (const student of plausibleStudents(300, 7)) assert.equal((await post(app, student)).statusCode, 201)
})

test('grades are spread as grades are, to two decimals', () => {
  const grades = [...plausibleStudents(20_000, 1)].map(({ gpa }) => gpa)
  const mean = grades.reduce((sum, gpa) => sum + gpa, 0) / grades.length
  const within = grades.filter((gpa) => Math.abs(gpa - mean) < 1.4).length / grades.length
  assert.ok(Math.abs(mean - 7.1) < 0.1, String(mean))
  assert.ok(within > 0.62 && within < 0.74, String(within))
  assert.ok(grades.every((gpa) => gpa >= 0 && gpa <= 10 && Number(gpa.toFixed(2)) === gpa))
})

test('a store on the same database writes meanwhile', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const store = openStore(t, db)
  let isSeeding = true
  const seeding = run('seed', '5000', '--db', db).finally(() => {
    isSeeding = false
  })
  let written = 0
  for (const student of plausibleStudents(1000, 2)) {
    if (!isSeeding) break
    await addStudent(store, student)
    written++
  }
  assert.equal((await seeding).code, 0)
  assert.ok(written > 5, String(written))
  assert.equal(JSON.parse((await store.list()).body.toString()).length, 5000 + written)
})

const wrong: Record<string, { argv: string[]; message: RegExp }> = {
  'no number': { argv: [], message: /seed takes one number/ },
  'two numbers': { argv: ['1', '2'], message: /seed takes one number/ },
  'none at all': { argv: ['0'], message: /seed takes a whole number from 1 to 10000000, not "0"/ },
  'too many': { argv: ['10000001'], message: /not "10000001"/ },
  'a number in another notation': { argv: ['1e5'], message: /not "1e5"/ },
  'a fraction': { argv: ['1.5'], message: /not "1.5"/ },
  'a seed that is no number': { argv: ['5', '--seed', 'x'], message: /--seed takes .* not "x"/ },
  'a seed beyond 32 bits': { argv: ['5', '--seed', '4294967296'], message: /not "4294967296"/ },
  'a misspelt flag': { argv: ['5', '--sede', '1'], message: /did you mean --seed\?/ },
}

for (const [name, { argv, message }] of Object.entries(wrong)) {
  test(`seed with ${name} is wrong usage, in one line`, async () => {
    const { code, stdout, stderr } = await run('seed', ...argv)
    assert.deepEqual([code, stdout, stderr.split('\n').length], [2, '', 2])
    assert.match(stderr, message)
  })
}
