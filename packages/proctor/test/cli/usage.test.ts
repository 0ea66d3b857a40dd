import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cli } from '../../src/cli/cli.ts'
import { FakeMachine } from './fake-machine.ts'

async function proctor(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const machine = new FakeMachine(args)
  const code = await cli(machine)
  return { code, out: machine.stdout.text, err: machine.stderr.text }
}

const NO_PEM = fileURLToPath(new URL('../../package.json', import.meta.url))
const AIM = ['-H', 'http://127.0.0.1:1']

/** What was typed, and the one or two lines that say what to type instead. */
const WRONG: [string[], string][] = [
  [['rum'], "proctor: unknown command 'rum'\n(Did you mean run?)\n"],
  [['it.ts', '-u', '5'], "proctor: unknown command 'it.ts'\n(Did you mean proctor run it.ts?)\n"],
  [['--verion'], "proctor: unknown option '--verion'\n(Did you mean --version?)\n"],
  [['run', '--usrs', '5'], "proctor: unknown option '--usrs'\n(Did you mean --users?)\n"],
  [['run', '--spawnrate=5'], "proctor: unknown option '--spawnrate=5'\n(Did you mean --spawn-rate?)\n"],
  [['run', '--zzz'], "proctor: unknown option '--zzz'\n(proctor run --help says what there is)\n"],
  [
    ['run', '-t'],
    "proctor: option '-t, --run-time <duration>' argument missing\n(proctor run --help says what there is)\n",
  ],
  [['run', ...AIM], 'proctor: expected a scenario file: proctor run my-test.ts -H http://127.0.0.1:5000\n'],
  [['run', 'a.ts'], 'proctor: expected the service to aim at: -H http://127.0.0.1:5000\n'],
  [['run', '/no/it.ts', ...AIM], 'proctor: /no/it.ts: expected a scenario file; there is none\n'],
  [
    ['run', 'a.ts', '-H', 'localhost:5000'],
    'proctor: --host: expected a URL such as http://localhost:5000, got "localhost:5000"\n',
  ],
  [
    ['run', 'a.ts', '-H', ':5000'],
    'proctor: --host: expected a URL such as http://127.0.0.1:5000, got ":5000"\n',
  ],
  [
    ['run', 'a.ts', '-H', 'ftp://a.b'],
    'proctor: --host: expected an http:// or https:// URL, got "ftp://a.b"\n',
  ],
  [
    ['run', 'a.ts', ...AIM, '--ca', '/no/ca.pem'],
    "proctor: --ca: expected a file that can be read: ENOENT: no such file or directory, open '/no/ca.pem'\n",
  ],
  [
    ['run', 'a.ts', ...AIM, '--ca', NO_PEM],
    `proctor: --ca: expected PEM (-----BEGIN CERTIFICATE-----), ${NO_PEM} has none\n`,
  ],
  [
    ['run', 'a.ts', ...AIM, '--cert', 'a.pem'],
    'proctor: expected --cert and --key, got one without the other\n',
  ],
  [
    ['run', 'a.ts', ...AIM, '--threshold', 'p99<200ms', '--threshold', 'GET /a p95<fast'],
    'proctor: --threshold: expected a duration such as 200ms, 1.5s or 500us at character 12 of "GET /a p95<fast", got "fast"\n',
  ],
  [
    ['run', 'a.ts', ...AIM, '--threshold', ''],
    'proctor: --threshold: expected a condition such as p99<200ms or failures<1% and got nothing\n',
  ],
  [
    ['run', 'a.ts', ...AIM, '--json-file', '/no/such/run.json'],
    'proctor: --json-file: expected a folder that can be written to, got /no/such\n',
  ],
  [
    ['run', 'a.ts', ...AIM, '--json-file', '/tmp'],
    'proctor: --json-file: expected a file, got /tmp, which is a folder\n',
  ],
  [
    ['run', 'a.ts', ...AIM, '--json-file', '/dev/null'],
    'proctor: --json-file: expected a file, got /dev/null, which is a device or the like (--json writes to standard output)\n',
  ],
]

const USERS = 'a whole number from 1 to 1000000'
const RATE = 'users per second, more than 0, at most 1000000, such as 5 or 0.5'
const DURATION = 'a duration such as 60s, 5m or 1h30m'
const SEED = 'a whole number from 0 to 9007199254740991'

const BAD_VALUES: [flag: string, name: string, value: string, expected: string][] = [
  ['-u', '--users', '0', USERS],
  ['-u', '--users', '-5', USERS],
  ['-u', '--users', '1.5', USERS],
  ['--users', '--users', 'many', USERS],
  ['--users', '--users', '1000001', USERS],
  ['-r', '--spawn-rate', '0', RATE],
  ['-r', '--spawn-rate', '5/s', RATE],
  ['-r', '--spawn-rate', '', RATE],
  ['-r', '--spawn-rate', '9'.repeat(400), RATE],
  ['--stages', '--stages', '5s:1000001', 'stages of at most 1000000'],
  ['--iterations', '--iterations', '9007199254740992', 'a whole number from 1 to 9007199254740991'],
  ['-t', '--run-time', '5x', DURATION],
  ['-t', '--run-time', '-1s', DURATION],
  ['-t', '--run-time', '1m 30s', DURATION],
  ['-t', '--run-time', '0s', 'a duration of more than 0'],
  ['-t', '--run-time', '600h', 'a duration of at most 24 days (576h)'],
  ['--stop-timeout', '--stop-timeout', 'soon', DURATION],
  ['--request-timeout', '--request-timeout', '0', 'a duration of more than 0'],
  ['--seed', '--seed', '-1', SEED],
  ['--seed', '--seed', '9007199254740992', SEED],
  ['--trace-sample', '--trace-sample', '101%', 'a share such as 1% or 0.01'],
  ['--trace-sample', '--trace-sample', 'x', 'a share such as 1% or 0.01'],
]

for (const [args, message] of WRONG) {
  test(`proctor ${args.join(' ')}`, async () => {
    assert.deepEqual(await proctor(...args), { code: 2, out: '', err: message })
  })
}

for (const [flag, name, value, expected] of BAD_VALUES) {
  test(`${flag} ${JSON.stringify(value)} is refused`, async () => {
    const err = `proctor: ${name}: expected ${expected}, got ${JSON.stringify(value)}\n`
    assert.deepEqual(await proctor('run', 'a.ts', ...AIM, flag, value), { code: 2, out: '', err })
  })
}

test('alone it says what there is, and that nothing was done', async () => {
  const { code, out, err } = await proctor()
  assert.deepEqual([code, out], [2, ''])
  assert.match(err, /^Usage: proctor /)
  assert.match(err, /\n {2}run .* run a scenario against a service, and report\n/)
})

test('--help and --version hold', async () => {
  assert.deepEqual(await proctor('--version'), { code: 0, out: '0.1.0\n', err: '' })
  const { code, out, err } = await proctor('--help')
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^Usage: proctor /)
})

test('run --help names every flag with its default, an example and the exit codes, in 80 columns', async () => {
  const { code, out } = await proctor('run', '--help')
  assert.equal(code, 0)
  const flags = [...out.matchAll(/^ {2}(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag)
  const load =
    'host file list once tags exclude-tags weight users spawn-rate stages arrivals max-users iterations run-time stop-timeout seed threads'
  const server = 'server-log server-log-command server-log-pattern otlp otlp-host'
  const tls = 'ca cert key servername insecure no-tls-resume'
  assert.equal(
    flags.join(' '),
    `${load} request-timeout trace-sample no-evidence no-trace local-address http2 ${tls} threshold redact keep-bodies history no-history keep-runs ${server} json json-file html csv junit help`,
  )
  for (const text of [
    '(default: 10s)',
    '(default: 60s)',
    '(default: 1%)',
    '\n  proctor run load-tests/',
    '\n  130  ',
    '/students p99<200ms',
  ]) {
    assert.ok(out.includes(text), text)
  }
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
})
