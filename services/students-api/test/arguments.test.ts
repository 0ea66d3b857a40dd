import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments, UsageError } from '../src/arguments.ts'

const defaults = {
  host: '127.0.0.1',
  port: 5000,
  database: { engine: 'sqlite', path: 'data/students.db' },
  drainDelayMs: 0,
  logLevel: 'info',
  open: false,
}

test('without flags the service is local and keeps its data beside it', () => {
  assert.deepEqual(parseArguments([], {}), defaults)
})

test('flags come before the environment', () => {
  const argv = [
    '--host',
    '0.0.0.0',
    '--port=0',
    '--db',
    'x.db',
    '--drain-delay',
    '1.5',
    '--log-level',
    'warn',
  ]
  const expected = {
    host: '0.0.0.0',
    port: 0,
    database: { engine: 'sqlite', path: 'x.db' },
    drainDelayMs: 1500,
    logLevel: 'warn',
    open: false,
  }
  assert.deepEqual(parseArguments(argv, { LOG_LEVEL: 'debug' }), expected)
  assert.deepEqual(parseArguments([], { LOG_LEVEL: 'debug' }), { ...defaults, logLevel: 'debug' })
})

test('with DATABASE_URL it is PostgreSQL', () => {
  const url = 'postgres://ada:secret@localhost/students'
  const { database } = Object(
    parseArguments(['--pool-size', '20'], { DATABASE_URL: url, DATABASE_POOL_SIZE: '5' }),
  )
  assert.deepEqual(database, { engine: 'postgres', url, poolSize: 20 })
})

test('--help is help, whatever else is asked', () => {
  assert.equal(parseArguments(['--help', '--port', 'x'], {}), 'help')
})

const wrong: Record<string, { argv: string[]; env?: Record<string, string>; message: RegExp }> = {
  'a misspelt flag': { argv: ['--prot', '1'], message: /^--prot is no flag: did you mean --port\?$/ },
  'a flag like no other': { argv: ['--verbose-mode'], message: /^--verbose-mode is no flag: see --help$/ },
  'a short flag': { argv: ['-p', '1'], message: /^-p is no flag/ },
  'a flag without its value': { argv: ['--db'], message: /--db/ },
  'a flag in place of a value': { argv: ['--db', '--port', '1'], message: /--db/ },
  'a stray word': { argv: ['students.db'], message: /students\.db/ },
  'a port beyond 65535': { argv: ['--port', '65536'], message: /^--port takes 0 to 65535, not "65536"$/ },
  'a port that is no number': { argv: ['--port', '5e3'], message: /not "5e3"/ },
  'a delay that is no number of seconds': { argv: ['--drain-delay', '5s'], message: /seconds.*"5s"/ },
  'a pool of none': {
    argv: ['--pool-size', '0'],
    env: { DATABASE_URL: 'postgres://localhost/students' },
    message: /^--pool-size takes 1 to 999 connections, not "0"$/,
  },
  'a file beside DATABASE_URL': {
    argv: ['--db', 'x.db'],
    env: { DATABASE_URL: 'postgres://localhost/students' },
    message: /^--db and DATABASE_URL name two databases: leave out --db, or unset DATABASE_URL$/,
  },
  'a DATABASE_URL that is none': {
    argv: [],
    env: { DATABASE_URL: 'mysql://ada:secret@localhost/students' },
    message: /^DATABASE_URL is no postgres:\/\/user:password@host\/database$/,
  },
  'an unknown level': { argv: ['--log-level', 'loud'], message: /"loud".*trace, debug/ },
}

for (const [name, { argv, env = {}, message }] of Object.entries(wrong)) {
  test(`${name} is a usage error of one line`, () => {
    assert.throws(
      () => parseArguments(argv, env),
      (error) => error instanceof UsageError && message.test(error.message) && !error.message.includes('\n'),
    )
  })
}
