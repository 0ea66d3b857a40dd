import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments, UsageError } from '../src/arguments.ts'

const defaults = {
  host: '127.0.0.1',
  port: 5000,
  db: 'data/students.db',
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
  const expected = { host: '0.0.0.0', port: 0, db: 'x.db', drainDelayMs: 1500, logLevel: 'warn', open: false }
  assert.deepEqual(parseArguments(argv, { LOG_LEVEL: 'debug' }), expected)
  assert.deepEqual(parseArguments([], { LOG_LEVEL: 'debug' }), { ...defaults, logLevel: 'debug' })
})

test('--help is help, whatever else is asked', () => {
  assert.equal(parseArguments(['--help', '--port', 'x'], {}), 'help')
})

const wrong: Record<string, { argv: string[]; message: RegExp }> = {
  'a misspelt flag': { argv: ['--prot', '1'], message: /^--prot is no flag: did you mean --port\?$/ },
  'a flag like no other': { argv: ['--verbose-mode'], message: /^--verbose-mode is no flag: see --help$/ },
  'a short flag': { argv: ['-p', '1'], message: /^-p is no flag/ },
  'a flag without its value': { argv: ['--db'], message: /--db/ },
  'a flag in place of a value': { argv: ['--db', '--port', '1'], message: /--db/ },
  'a stray word': { argv: ['students.db'], message: /students\.db/ },
  'a port beyond 65535': { argv: ['--port', '65536'], message: /^--port takes 0 to 65535, not "65536"$/ },
  'a port that is no number': { argv: ['--port', '5e3'], message: /not "5e3"/ },
  'a delay that is no number of seconds': { argv: ['--drain-delay', '5s'], message: /seconds.*"5s"/ },
  'an unknown level': { argv: ['--log-level', 'loud'], message: /"loud".*trace, debug/ },
}

for (const [name, { argv, message }] of Object.entries(wrong)) {
  test(`${name} is a usage error of one line`, () => {
    assert.throws(
      () => parseArguments(argv, {}),
      (error) => error instanceof UsageError && message.test(error.message) && !error.message.includes('\n'),
    )
  })
}
