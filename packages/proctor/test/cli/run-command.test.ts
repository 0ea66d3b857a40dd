import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { cli } from '../../src/cli/cli.ts'
import type { Report } from '../../src/report/report.ts'
import { loopback, secureLoopback } from '../engine/loopback.ts'
import { certificate } from '../http/certificates.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

const scenario = (task: string): string => `import { constant, defineUser } from 'proctor'
export const Visitor = defineUser({ waitTime: constant(0.02), tasks: { home: ({ http, random }) => ${task} } })\n`

interface Setting {
  task?: string
  host?: string
  isTTY?: boolean
  /** Beside the user class. */
  outside?: string
}

/** `proctor run it.ts` in a folder of its own; `machine` is there from the start, to be interrupted. */
function prepare(
  t: TestContext,
  args: string[],
  { task = `http.get('/')`, host = 'http://127.0.0.1:1', isTTY = false, outside = '' }: Setting,
) {
  const cwd = temporaryFolder(t, { 'it.ts': scenario(task) + outside })
  return new FakeMachine(['run', 'it.ts', '-H', host, ...args], { cwd, isTTY })
}

test('a run that held: exit 0, the table on standard output, nothing on standard error', async (t) => {
  const { host, seen } = await loopback(t)
  const machine = prepare(t, ['-t', '300ms', '-u', '3', '-r', '100', '--seed', '42'], { host })
  assert.equal(await cli(machine), 0)
  assert.equal(machine.stderr.text, '')
  assert.match(
    machine.stdout.text,
    new RegExp(`^it\\.ts against ${host}, seed 42\n3 users, 100 started a second, for 0\\.3 s\n`),
  )
  assert.match(machine.stdout.text, new RegExp(`\nGET / +${seen.length} +0 `))
  assert.match(machine.stdout.text, new RegExp(`\nAggregated +${seen.length} +0 `))
  assert.ok(!machine.listensForInterrupts)
})

test('-f names the scenario, too', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': scenario(`http.get('/')`) })
  assert.equal(await cli(new FakeMachine(['run', '-f', 'it.ts', '-H', host, '-t', '50ms'], { cwd })), 0)
})

test('--seed repeats the random choices of a run', async (t) => {
  const { host, seen } = await loopback(t)
  const choices: string[] = []
  for (const seed of ['1', '1', '2']) {
    await cli(
      prepare(t, ['--iterations', '4', '--seed', seed], {
        host,
        task: 'http.get(`/${random.integer(0, 1e9)}`)',
      }),
    )
    choices.push(seen.splice(0).join())
  }
  assert.equal(choices[0]!.split(',').length, 4)
  assert.equal(choices[0], choices[1])
  assert.notEqual(choices[0], choices[2])
})

test('--no-trace and --trace-sample decide on the trace headers', async (t) => {
  const traces: (string | undefined)[] = []
  const { host } = await loopback(t, (request, reply) => {
    traces.push(request.headers['traceparent'] as string | undefined)
    reply.end()
  })
  for (const args of [['--no-trace'], ['--trace-sample', '100%'], ['--trace-sample', '0']]) {
    await cli(prepare(t, ['-t', '10ms', ...args], { host }))
  }
  assert.deepEqual(
    traces.map((trace) => trace?.slice(-3)),
    [undefined, '-03', '-02'],
  )
})

test('https: --ca trusts, a client certificate is shown, and without --ca no request gets an answer', async (t) => {
  const authority = certificate({ name: 'Test Authority', isAuthority: true })
  const server = certificate({ name: 'server', issuer: authority, hosts: ['127.0.0.1'] })
  const client = certificate({ name: 'client', issuer: authority })
  const demands = { requestCert: true, ca: authority.cert, cert: server.cert, key: server.key }
  const { host, seen } = await secureLoopback(t, demands)
  const folder = temporaryFolder(t, { 'ca.pem': authority.cert, 'c.pem': client.cert, 'k.pem': client.key })
  const at = (file: string): string => join(folder, file)
  const identity = ['--cert', at('c.pem'), '--key', at('k.pem')]
  assert.equal(await cli(prepare(t, ['-t', '100ms', '--ca', at('ca.pem'), ...identity], { host })), 0)
  assert.ok(seen.length > 0)
  const distrusting = prepare(t, ['-t', '100ms', ...identity], { host })
  assert.equal(await cli(distrusting), 1)
  assert.match(
    distrusting.stdout.text,
    /tls-unknown-ca: the certificate was signed by an authority that is not trusted/,
  )
})

test('requests that fail: exit 1, by signature, with the first and last time', async (t) => {
  const { host } = await loopback(t, (_, reply) => reply.writeHead(503).end())
  const machine = prepare(t, ['-t', '100ms'], { host })
  assert.equal(await cli(machine), 1)
  assert.match(
    machine.stdout.text,
    /\n {7}\d {7}0\.\d s {6}0\.\d s {2}GET \/ {4}503 Service Unavailable\n\n\d+ of \d+ GET \/ failed with 503 /,
  )
})

test('exceptions alone: exit 1', async (t) => {
  const machine = prepare(t, ['-t', '50ms'], { task: `{ throw new Error('no basket') }` })
  assert.equal(await cli(machine), 1)
  assert.match(
    machine.stdout.text,
    /Visitor home {2}Error: no basket\n\nThe first of them was thrown\n {2}at /,
  )
})

test('user classes behind the file, and tags, choose what is run', async (t) => {
  const { host, seen } = await loopback(t)
  const outside = `export const Other = defineUser({ tasks: {
    slow: { tags: ['slow'], run: ({ http }) => http.get('/slow') },
    quick: { tags: ['quick'], run: ({ http }) => http.get('/quick') } } })\n`
  const machine = prepare(t, ['Other', '-T', 'slow', 'quick', '-E', 'slow', '--iterations', '3'], {
    host,
    outside,
  })
  assert.equal(await cli(machine), 0)
  assert.deepEqual([...new Set(seen)], ['GET /quick'])
  const wrong = prepare(t, ['b.ts'], { host, outside })
  assert.equal(await cli(wrong), 2)
  assert.match(
    wrong.stderr.text,
    /it\.ts: expected a user class of this file \(there is Other, Visitor\); got b\.ts\n$/,
  )
})

test('a scenario that aborts: exit 1, and the reason where people look', async (t) => {
  const { host } = await loopback(t)
  const outside = `import { abort } from 'proctor'
export const Buyer = defineUser({ tasks: { buy: () => abort('no stock') } })\n`
  const machine = prepare(t, ['Buyer', '--json-file', 'run.json'], { host, outside })
  assert.equal(await cli(machine), 1)
  assert.match(machine.stdout.text, /Stopping: the scenario aborted the run: no stock\. /)
  assert.match(machine.stdout.text, /\nAborted by the scenario: no stock\n/)
  assert.equal(JSON.parse(readFileSync(join(machine.cwd, 'run.json'), 'utf8')).abortReason, 'no stock')
})

test('--json prints the report and nothing else to standard output', async (t) => {
  const { host, seen } = await loopback(t)
  const machine = prepare(t, ['-t', '100ms', '--json'], {
    host,
    task: `{ console.log('hello'); return http.get('/') }`,
  })
  assert.equal(await cli(machine), 0)
  const report = JSON.parse(machine.stdout.text)
  assert.deepEqual([report.schema, report.total.count], ['proctor/run@1', seen.length])
  assert.match(machine.stderr.text, /^it\.ts against [^]*\nhello\n[^]*\nAggregated /)
})

test('--json-file writes the same report, whole and for its owner only', async (t) => {
  const { host } = await loopback(t)
  const machine = prepare(t, ['-t', '100ms', '--json', '--json-file', 'out/run.json'], { host })
  const folder = join(machine.cwd, 'out')
  mkdirSync(folder)
  for (const left of ['run.json', 'run.json.unfinished'])
    writeFileSync(join(folder, left), 'old', { mode: 0o644 })
  assert.equal(await cli(machine), 0)
  assert.equal(readFileSync(join(folder, 'run.json'), 'utf8'), machine.stdout.text)
  assert.equal(statSync(join(folder, 'run.json')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['run.json'])
})

test('a host that refuses is told soon, once, and the run goes on', async (t) => {
  const machine = prepare(t, ['-t', '1500ms', '-u', '5', '-r', '100'], {})
  const code = cli(machine)
  const told = /http:\/\/127\.0\.0\.1:1 has not answered yet: nothing listens at the address/g
  while (!told.test(machine.stdout.text)) await setTimeout(10)
  assert.doesNotMatch(machine.stdout.text, /Aggregated/, 'told while it runs')
  assert.equal(await code, 1)
  assert.equal(machine.stdout.text.match(told)?.length, 1)
  const [whileItRan] = machine.stdout.text.split(/^\d+ requests in /m)
  assert.ok(whileItRan!.split('\n').length <= 5, `not once for each failure:\n${whileItRan}`)
})

test('thresholds of the flags hold beside those of the scenario: one missed is exit 1', async (t) => {
  const { host } = await loopback(t)
  const outside = `export const thresholds = ['GET / p99<30s']`
  const held = prepare(t, ['-t', '200ms', '--threshold', 'requests>=1, rate>0/s'], { host, outside })
  assert.equal(await cli(held), 0)
  assert.match(
    held.stdout.text,
    /\nThreshold .*\n─.*\n✓ held {5}GET \/ p99 +< 30000 ms .*\n✓ held {5}requests /,
  )
  const flags = ['--threshold', 'max<30s', '--threshold', 'GET /x p99<1s', '--json']
  const missed = prepare(t, ['-t', '200ms', ...flags], { host, outside })
  assert.equal(await cli(missed), 1)
  const { thresholds } = JSON.parse(missed.stdout.text) as Report
  assert.deepEqual(
    thresholds.map(({ expression, state }) => [expression, state]),
    [
      ['GET / p99<30s', 'held'],
      ['max<30s', 'held'],
      ['GET /x p99<1s', 'missed'],
    ],
  )
})

test('a threshold with abort ends the run and says why: exit 1', async (t) => {
  const { host } = await loopback(t)
  const machine = prepare(t, ['-t', '60s', '--threshold', 'requests<2 over 1s abort'], { host })
  assert.equal(await cli(machine), 1)
  const why = /requests<2 over 1s abort: \d+ from 0 to 1 s/.source
  assert.match(
    machine.stdout.text,
    new RegExp(`\nStopping: ${why}\\. Requests under way are waited for\\.\n`),
  )
  assert.match(machine.stdout.text, new RegExp(`\nEnded early by a threshold: ${why}\n`))
  assert.match(
    machine.stdout.text,
    /\n✗ missed {3}requests over 1 s +< 2 +\d+ {2}from 0 to 1 s; ended the run\n/,
  )
})

test('Ctrl-C outweighs a threshold that is missed: exit 130', async (t) => {
  const { host, seen } = await loopback(t)
  const machine = prepare(t, ['--threshold', 'requests>1000000'], { host })
  const code = cli(machine)
  while (seen.length < 3) await setTimeout(5)
  machine.interrupt()
  assert.equal(await code, 130)
  assert.match(machine.stdout.text, /\n✗ missed {3}requests +> 1000000 +\d+\n/)
})

test('Ctrl-C stops and reports: exit 130', async (t) => {
  const { host, seen } = await loopback(t)
  const machine = prepare(t, ['--json-file', 'run.json'], { host })
  const code = cli(machine)
  while (seen.length < 3) await setTimeout(5)
  machine.interrupt()
  assert.equal(await code, 130)
  assert.equal(machine.left, undefined)
  assert.match(
    machine.stdout.text,
    /\nStopping: waiting for the requests under way\. Ctrl-C again leaves at once\.\n/,
  )
  assert.equal(JSON.parse(readFileSync(join(machine.cwd, 'run.json'), 'utf8')).total.count, seen.length)
})

test('keys change the load while it runs, as in Locust; the record says when and to what', async (t) => {
  const { host, seen } = await loopback(t)
  const machine = prepare(t, ['--json-file', 'run.json', '-u', '2', '-r', '1000'], { host, isTTY: true })
  const code = cli(machine)
  while (seen.length < 3) await setTimeout(5)
  for (const key of ['W', 'w', 'x', 's', 'S', 'W']) machine.press(key)
  while (!machine.stdout.screen().includes('12 of 12 users')) await setTimeout(20)
  machine.interrupt()
  assert.equal(await code, 130)
  const { steering, timeline } = JSON.parse(readFileSync(join(machine.cwd, 'run.json'), 'utf8'))
  assert.deepEqual(
    steering.map(({ target }: { target: number }) => target),
    [12, 13, 12, 2, 12],
  )
  assert.equal(timeline.at(-1).users, 12)
})

test('a second Ctrl-C leaves at once', async (t) => {
  const { host, seen } = await loopback(t, () => {})
  const machine = prepare(t, ['--stop-timeout', '300ms'], { host })
  const code = cli(machine)
  while (seen.length < 1) await setTimeout(5)
  machine.interrupt()
  assert.equal(machine.left, undefined)
  machine.interrupt()
  assert.equal(machine.left, 130)
  await code
})

test('a scenario that does not load: its place, what was expected, exit 2, and no report', async (t) => {
  const cwd = temporaryFolder(t, {
    'it.ts': `import { defineUser } from 'proctor'\n\nexport const A = defineUser({ tasks: {} })`,
  })
  const machine = new FakeMachine(['run', 'it.ts', '-H', 'http://127.0.0.1:1', '--json'], { cwd })
  assert.equal(await cli(machine), 2)
  assert.equal(
    machine.stderr.text,
    `proctor: ${cwd}/it.ts:3:18: expected tasks with at least one task; got {}\n`,
  )
  assert.equal(machine.stdout.text, '')
})

test('a scenario that ends its process: exit 4, all that was measured, and a sentence', async (t) => {
  const { host } = await loopback(t)
  const task = `http.get('/').then(() => { if (random.chance(0.2)) process.exit(7) })`
  const machine = prepare(t, ['--seed', '1', '--json'], { host, task })
  assert.equal(await cli(machine), 4)
  assert.ok(JSON.parse(machine.stdout.text).total.count > 0)
  assert.ok(
    machine.stderr.text.endsWith(
      '\nproctor: the run broke off: the scenario ended its process (exit code 7)\n',
    ),
  )
})

test('a void run: exit 3, whatever else is wrong, with the reason and the next step', async (t) => {
  const task = `{ const until = performance.now() + 60; while (performance.now() < until); return http.get('/') }`
  const flags = ['-t', '4500ms', '--arrivals', '40/s', '--threshold', 'p99<1us', '--json']
  const machine = prepare(t, flags, { task })
  assert.equal(await cli(machine), 3)
  const { generator, total } = JSON.parse(machine.stdout.text) as Report
  assert.equal(generator.verdict, 'void')
  assert.ok(total.failures > 0)
  // What led to it is the task, or, where no core was free at the same time, the machine: test/run/soundness.test.ts.
  assert.match(
    machine.stderr.text,
    /\n\nVoid: the generator was the bottleneck; [^]*\n- a worker's event loop was 20 ms late or more [^:]*: (keep long computations|stop what else runs here)/,
  )
})

test('what this machine has too little of is told before the run', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': scenario(`http.get('/')`) })
  const args = ['run', 'it.ts', '-H', host, '-t', '50ms', '-u', '100']
  const machine = new FakeMachine(args, { cwd, limits: { openFiles: 64, localPorts: 10 } })
  assert.equal(await cli(machine), 0)
  assert.match(
    machine.stdout.text,
    /^! 100 users keep a connection each, but this process may open 64 files: [^\n]*\n! 100 users [^\n]* 10 local ports /,
  )
})

test('on a terminal the frame is taken down before the summary', async (t) => {
  const { host } = await loopback(t)
  const machine = prepare(t, ['-t', '1100ms'], { host, isTTY: true })
  assert.equal(await cli(machine), 0)
  assert.match(machine.stdout.text, /No request has ended yet/)
  assert.match(machine.stdout.screen(), /^\d+ requests in 1\.1 s, /)
  assert.ok(machine.stdout.text.includes('\u001b[?25h'), 'the cursor is seen again')
})
