import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { run, runIn } from './command-line.ts'
import { temporaryFolder } from './fixture.ts'

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

for (const word of ['seed', 'backup', 'keys']) {
  test(`${word} --help is help with DATABASE_URL too, and wrong usage is told as ever`, async () => {
    const env = { DATABASE_URL: 'postgres://localhost/nowhere' }
    const help = await runIn(env, word, '--help')
    assert.deepEqual([help.code, help.stderr], [0, ''])
    assert.match(help.stdout, new RegExp(`^Usage: students-api ${word} `))
    for (const argv of [[word], [word, '1', '2', '3'], [word, '--hlep']]) {
      const { code, stdout, stderr } = await runIn(env, ...argv)
      assert.deepEqual([code, stdout], [2, ''], argv.join(' '))
      assert.match(stderr, /^students-api: [^\n]+\n$/)
    }
    const words = { seed: ['1'], backup: ['x.db'], keys: ['list'] }[word] ?? []
    const both = await runIn(env, word, ...words, '--db', 'x.db')
    assert.equal(both.code, 2)
    assert.match(both.stderr, /leave out --db, or unset DATABASE_URL\n$/)
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
