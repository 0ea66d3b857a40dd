import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../src/cli/cli.ts'
import type { Report } from '../../src/report/report.ts'
import type { ServerLine } from '../../src/run/server-record.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { FakeMachine } from './fake-machine.ts'

const SCENARIO = `import { constant, defineUser } from 'proctor'
export const Visitor = defineUser({ waitTime: constant(0.05), tasks: { home: ({ http }) => http.get('/') } })\n`

/** A service that refuses everything and writes a line about each, by the request's trace id. */
async function prepare(t: TestContext) {
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO, 'api.log': 'from before\n' })
  const log = join(cwd, 'api.log')
  const { host } = await loopback(t, ({ headers }, reply) => {
    const [, traceId] = String(headers['traceparent']).split('-')
    appendFileSync(log, `{"level":50,"msg":"no stock","traceId":"${traceId}","password":"hunter2"}\n`)
    reply.writeHead(503).end()
  })
  return { cwd, host, log }
}

async function run(cwd: string, host: string, ...flags: string[]) {
  const machine = new FakeMachine(['run', 'it.ts', '-H', host, '-t', '1s', '--json', ...flags], { cwd })
  const code = await cli(machine)
  return { code, out: machine.stdout.text, err: machine.stderr.text }
}

for (const [title, flags] of [
  ['--server-log', ['--server-log', 'api.log']],
  ['--server-log-command', ['--server-log-command', 'tail -n 0 -F api.log']],
] as const) {
  test(`${title}: a failing request carries the service's own line, in the report and on the screen`, async (t) => {
    const { cwd, host } = await prepare(t)
    const { code, out, err } = await run(cwd, host, ...flags)
    assert.equal(code, 1, err)
    const { failures, exemplars, server } = JSON.parse(out) as Report
    const [line, ...more] = failures[0]!.example!.server as readonly ServerLine[]
    assert.deepEqual([line!.level, line!.message, more], ['error', 'no stock', []])
    assert.ok(exemplars.every((exemplar) => exemplar.server.length === 1))
    assert.ok(server!.signatures[0]!.joined > 0)
    assert.equal(server!.signatures[0]!.messages[0]!.count, server!.signatures[0]!.joined)
    assert.match(err, /\n {2}- The server's log says: error: no stock \(on (\d+) of \1 of these requests\)/)
    assert.ok(![out, err].some((text) => text.includes('hunter2')))
  })
}

test('a command that ends before the run is told, and the run goes on', async (t) => {
  const { cwd, host } = await prepare(t)
  const { err } = await run(cwd, host, '--server-log-command', 'echo no such pod >&2; exit 3')
  assert.match(
    err,
    /^! echo no such pod >&2; exit 3: it ended before the run did \(exit code 3: no such pod\)$/m,
  )
  assert.match(err, /\n {2}- The server's log says nothing of \d+ of these requests\.\n/)
})

for (const [flags, message] of [
  [['--server-log', '.'], /^proctor: expected a file to follow, got .*, which is a folder\n$/],
  [
    ['--server-log-pattern', '(?<message>.*)'],
    /^proctor: --server-log-pattern belongs to a log: add --server-log FILE\n$/,
  ],
  [
    ['--server-log-pattern', 'x', '--server-log', 'a'],
    /^proctor: --server-log-pattern: expected groups such as /,
  ],
  [
    ['--server-log-pattern', '(?<message>', '--server-log', 'a'],
    /^proctor: --server-log-pattern: Invalid regular expression/,
  ],
  [['--otlp', '70000'], /^proctor: --otlp: expected a port from 0 to 65535, got "70000"\n$/],
] as const) {
  test(`${flags.join(' ')}: exit 2, in words`, async (t) => {
    const cwd = temporaryFolder(t, { 'it.ts': SCENARIO })
    writeFileSync(join(cwd, 'a'), '')
    const { code, out, err } = await run(cwd, 'http://127.0.0.1:1', ...flags)
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, message)
  })
}
