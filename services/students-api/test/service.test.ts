import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { runService, type Machine } from '../src/service.ts'
import { temporaryFolder } from './fixture.ts'

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs the service on a machine that asks it to stop as soon as it has logged `listening`. */
async function run(...argv: string[]): Promise<Ended> {
  return runIn({}, ...argv)
}

async function runIn(env: Machine['env'], ...argv: string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const stops = new Set<() => void>()
  const machine: Machine = {
    argv,
    env,
    stdout: {
      write(text) {
        written.stdout += text
        if (text.includes('"listening"')) stops.forEach((stop) => stop())
        if (text.includes('"draining"')) assert.equal(stops.size, 0, 'a second signal would be swallowed')
      },
    },
    stderr: { write: (text) => void (written.stderr += text) },
    onStop(listener) {
      stops.add(listener)
      return () => stops.delete(listener)
    },
  }
  const code = await runService(machine)
  assert.equal(stops.size, 0, 'a listener was left behind')
  return { code, ...written }
}

test('it listens, drains, stops and ends with 0', async (t) => {
  const { code, stdout, stderr } = await run('--port', '0', '--db', join(temporaryFolder(t), 'students.db'))
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['listening', 'draining', 'stopped'],
  )
  assert.equal(lines[0].url, `http://127.0.0.1:${lines[0].port}`)
  assert.notEqual(lines[0].port, 0)
  assert.deepEqual([code, stderr], [0, ''])
})

test('a host that is not ours is one line', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const stderr = 'students-api: 192.0.2.1 is no address of this machine: pass --host 127.0.0.1\n'
  assert.deepEqual(await run('--host', '192.0.2.1', '--open', '--db', db), { code: 1, stdout: '', stderr })
})

test('a database that cannot be used is one line', async (t) => {
  const folder = temporaryFolder(t)
  const stderr = `students-api: cannot use the database ${folder}: it is a folder; pass --db FILE\n`
  assert.deepEqual(await run('--db', folder), { code: 1, stdout: '', stderr })
})

test('beyond loopback it wants a key or --open', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const beyond = ['--host', '0.0.0.0', '--port', '0', '--db', db]
  const refused = await run(...beyond)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^students-api: 0\.0\.0\.0 is open to other machines: .* --open\n$/)
  assert.equal((await run(...beyond, '--open')).code, 0)
  assert.equal((await run('keys', 'create', '--scope', 'read', '--db', db)).code, 0)
  assert.equal((await run(...beyond)).code, 0)
})

test('keys are made, listed without their secret, and revoked', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const keys = (...words: string[]) => run('keys', ...words, '--db', db)
  const created = await keys('create', '--scope', 'write,read', '--name', 'load test')
  const [, id = '', secret = ''] = /^([0-9a-f]{12})\.([\w-]{43})\n$/.exec(created.stdout) ?? []
  const listed = (await keys('list')).stdout
  assert.match(listed, new RegExp(`^${id}  read,write  \\S+  load test\n$`))
  assert.ok(!listed.includes(secret))
  assert.ok(!readFileSync(db).includes(secret))
  assert.deepEqual(await keys('revoke', id), { code: 0, stdout: `${id} is revoked\n`, stderr: '' })
  assert.match((await keys('list')).stdout, /revoked \d{4}-/)
  assert.equal((await keys('revoke', 'nobody')).code, 2)
  for (const words of [[], ['create'], ['create', '--scope', 'read,all'], ['revoke'], ['list', '--x']]) {
    const { code, stdout, stderr } = await keys(...words)
    assert.deepEqual([code, stdout], [2, ''], words.join(' '))
    assert.match(stderr, /^students-api: [^\n]+\n$/)
  }
})

for (const words of [
  ['keys', 'list'],
  ['seed', '1'],
  ['backup', 'copy.db'],
]) {
  test(`${words.join(' ')} with DATABASE_URL is one line and exit code 2`, async () => {
    const { code, stdout, stderr } = await runIn({ DATABASE_URL: 'postgres://localhost/x' }, ...words)
    assert.deepEqual([code, stdout], [2, ''])
    assert.equal(stderr, `students-api: ${words[0]} works on SQLite only so far: unset DATABASE_URL\n`)
  })
}

test('a collector that is no address is one line and exit code 2, before a database is made', async (t) => {
  const db = join(temporaryFolder(t), 'students.db')
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }
  const { code, stdout, stderr } = await runIn(env, '--port', '0', '--db', db)
  assert.deepEqual([code, stdout, existsSync(db)], [2, '', false])
  const expected = 'OTEL_EXPORTER_OTLP_ENDPOINT is no http://host:port or https://host:port'
  assert.equal(stderr, `students-api: ${expected}\n`)
})

test('the encoder of telemetry is loaded only where there is a collector', async (t) => {
  const loaded: string[] = []
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier.startsWith('@opentelemetry/')) loaded.push(specifier)
      return nextResolve(specifier, context)
    },
  })
  t.after(() => hooks.deregister())
  const flags = ['--port', '0', '--db', join(temporaryFolder(t), 'students.db')]
  assert.equal((await runIn({}, ...flags)).code, 0)
  assert.equal(loaded.length, 0)
  assert.equal((await runIn({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, ...flags)).code, 0)
  assert.ok(loaded.includes('@opentelemetry/otlp-transformer'))
})

test('an unknown flag is one line and exit code 2', async () => {
  const stderr = 'students-api: --prot is no flag: did you mean --port?\n'
  assert.deepEqual(await run('--prot', '1'), { code: 2, stdout: '', stderr })
})

test('--help tells the flags on standard output', async () => {
  const { code, stdout, stderr } = await run('--help')
  assert.deepEqual([code, stderr], [0, ''])
  for (const flag of ['--host', '--port', '--db', '--pool-size', '--drain-delay', '--log-level', 'OTEL_'])
    assert.ok(stdout.includes(flag))
})
