import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import { runIn } from './command-line.ts'
import { temporaryFolder } from './fixture.ts'

// No pg_dump of the server's version comes with the tests. This one stands in: it writes down how it was called.
const recording = `
const { writeFileSync } = require('node:fs')
const argv = process.argv.slice(2)
const { PGPASSWORD } = process.env
const file = argv.find((word) => word.startsWith('--file=')).slice('--file='.length)
writeFileSync(file, JSON.stringify({ argv, PGPASSWORD, pid: process.pid }))
`
const failing = `${recording}
console.error('pg_dump: error: aborting because of server version mismatch\\npg_dump: detail: 15 and 18')
process.exitCode = 1`
const hanging = `${recording}
setInterval(() => {}, 1000)`

const address = 'postgres://ada@db.example:5433/students?options=-c%20search_path%3Dx'
const url = address.replace('ada@', 'ada:p%40ss%20word@')

/** A folder for the backup, and the environment in which `pg_dump` is this program. */
function pgDump(t: TestContext, program: string) {
  const path = join(temporaryFolder(t), 'pg_dump')
  writeFileSync(path, `#!${process.execPath}\n${program}`, { mode: 0o755 })
  return { folder: temporaryFolder(t), env: { PATH: join(path, '..'), DATABASE_URL: url } }
}

test('pg_dump writes the backup, and reads the password from its environment only', async (t) => {
  const { folder, env } = pgDump(t, recording)
  const file = join(folder, 'students.dump')
  const { code, stdout, stderr } = await runIn(env, 'backup', file)
  assert.deepEqual([code, stdout, stderr], [0, '', `PostgreSQL backed up to ${file}\n`])
  const { argv, PGPASSWORD } = JSON.parse(readFileSync(file, 'utf8'))
  assert.equal(PGPASSWORD, 'p@ss word')
  assert.ok(argv.includes('--format=custom') && argv.includes(`--dbname=${address}`), argv.join(' '))
  assert.doesNotMatch(argv.join(' '), /p@ss|p%40ss/)
  assert.deepEqual(readdirSync(folder), ['students.dump'])
})

test('a password among the parameters is none of its arguments either', async (t) => {
  const { folder, env } = pgDump(t, recording)
  const file = join(folder, 'students.dump')
  const DATABASE_URL = `${address}&password=p%40ss%20word`
  assert.equal((await runIn({ ...env, DATABASE_URL }, 'backup', file)).code, 0)
  const { argv, PGPASSWORD } = JSON.parse(readFileSync(file, 'utf8'))
  assert.equal(PGPASSWORD, 'p@ss word')
  assert.ok(argv.includes(`--dbname=${address}`), argv.join(' '))
})

test('a file that is there stays as it is without --force', async (t) => {
  const { folder, env } = pgDump(t, recording)
  const file = join(folder, 'students.dump')
  writeFileSync(file, 'precious')
  assert.equal((await runIn(env, 'backup', file)).code, 1)
  assert.equal(readFileSync(file, 'utf8'), 'precious')
  assert.equal((await runIn(env, 'backup', file, '--force')).code, 0)
  assert.notEqual(readFileSync(file, 'utf8'), 'precious')
})

test('a pg_dump that fails is told in one line, and leaves nothing', async (t) => {
  const { folder, env } = pgDump(t, failing)
  const { code, stderr } = await runIn(env, 'backup', join(folder, 'students.dump'))
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^students-api: cannot back up .*: pg_dump: error: .* version mismatch; pg_dump: detail: 15 and 18; install .*\n$/,
  )
  assert.deepEqual(readdirSync(folder), [])
})

test('without pg_dump it says what to install', async (t) => {
  const folder = temporaryFolder(t)
  const env = { PATH: folder, DATABASE_URL: url }
  const { code, stderr } = await runIn(env, 'backup', join(folder, 'students.dump'))
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^students-api: [^\n]*pg_dump is not on the PATH: install PostgreSQL's client tools[^\n]*\n$/,
  )
  assert.deepEqual(readdirSync(folder), [])
})

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends a backup and pg_dump, leaves nothing, and exits 130`, async (t) => {
    const { folder, env } = pgDump(t, hanging)
    const watcher = watch(folder)
    t.after(() => watcher.close())
    const child = spawn(process.execPath, [main, 'backup', join(folder, 'students.dump')], { env })
    t.after(() => child.kill('SIGKILL'))
    const exit = once(child, 'exit')
    const partial = await written(watcher, folder)
    child.kill(signal)
    assert.deepEqual(await exit, [130, null])
    assert.deepEqual(readdirSync(folder), [])
    assert.throws(() => process.kill(partial.pid, 0), { code: 'ESRCH' })
  })
}

/** What pg_dump has written so far, once that is there. */
async function written(watcher: ReturnType<typeof watch>, folder: string): Promise<{ pid: number }> {
  for (;;) {
    const [name] = readdirSync(folder)
    const text =
      name !== undefined && existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''
    if (text.endsWith('}')) return JSON.parse(text)
    await once(watcher, 'change')
  }
}
