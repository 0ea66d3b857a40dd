import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { cli } from '../../src/cli/cli.ts'
import { systemClock } from '../../src/clock/clock.ts'
import { History } from '../../src/history/history.ts'
import type { RunRecord } from '../../src/run/record.ts'
import { FakeMachine } from '../cli/fake-machine.ts'
import { loopback } from '../engine/loopback.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const BIN = fileURLToPath(new URL('../../bin/proctor.js', import.meta.url))
const SCENARIO = `import { constant, defineUser } from 'proctor'
export const Visitor = defineUser({ waitTime: constant(0.02), tasks: { home: ({ http }) => http.get('/') } })\n`

function kept(t: TestContext, folder: string): History {
  const history = History.openExisting(join(folder, '.proctor'), { clock: systemClock })!
  t.after(() => history.close())
  return history
}

function start(t: TestContext, cwd: string, host: string, shell = 'exec "$@"') {
  const args = [
    '-c',
    shell,
    'sh',
    process.execPath,
    BIN,
    'run',
    'it.ts',
    '-H',
    host,
    '-u',
    '3',
    '-r',
    '100',
    '--threads',
    '2',
  ]
  const child = spawn('sh', args, { cwd, env: { PATH: '/usr/local/bin:/usr/bin:/bin' } })
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('a run that is killed is there up to its last whole second', async (t) => {
  const answered: number[] = []
  const { host } = await loopback(t, (_, reply) => {
    answered.push(Date.now())
    reply.writeHead(answered.length % 2 === 0 ? 200 : 500).end('sorry')
  })
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO })
  const child = start(t, cwd, host)
  while (answered.length === 0) await setTimeout(20)
  const history = await whenThere(t, cwd)
  while (history.list()[0]!.durationSeconds < 2) await setTimeout(20)
  assert.equal(history.list()[0]!.state, 'running')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const [run] = history.list()
  assert.equal(run!.state, 'crashed')
  const { record } = history.open(run!.runId)
  const until = Date.parse(record.startedAt) + record.durationSeconds * 1_000
  // Those about to be told as the second ended may be on either side.
  const told = answered.filter((at) => at < until).length
  assert.ok(record.durationSeconds >= 2)
  assert.ok(Math.abs(record.total.count - told) <= 6, `${record.total.count} in the record, ${told} answered`)
  assert.equal(
    sum(record.timeline.map(({ requests }) => sum(requests.map(({ count }) => count)))),
    record.total.count,
  )
  assert.equal(record.failures[0]!.count, record.total.failures)
  assert.equal(record.failures[0]!.example!.response!.body, 'sorry')
})

test('two runs at once in a new folder are both kept, each by itself', async (t) => {
  const { host, seen } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO })
  const args = ['run', 'it.ts', '-H', host, '-t', '1200ms', '--json']
  const machines = [new FakeMachine(args, { cwd }), new FakeMachine(args, { cwd })]
  assert.deepEqual(await Promise.all(machines.map(cli)), [0, 0])
  const history = kept(t, cwd)
  const records = machines.map(({ stdout }) => JSON.parse(stdout.text) as RunRecord)
  for (const { runId, total } of records) assert.deepEqual(history.open(runId).record.total, total)
  assert.equal(sum(history.list().map(({ requests }) => requests)), seen.length)
})

test('processes that begin at the same time in a new folder do not disturb each other', async (t) => {
  const folder = join(temporaryFolder(t), '.proctor')
  const racer = fileURLToPath(new URL('racer.ts', import.meta.url))
  const at = String(Date.now() + 500)
  const ends = Array.from({ length: 4 }, async (_, number) => {
    const child = spawn(process.execPath, [racer, folder, String(number), at])
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    return [code, err]
  })
  assert.deepEqual(
    await Promise.all(ends),
    Array.from({ length: 4 }, () => [0, '']),
  )
  const history = History.openExisting(folder, { clock: systemClock })!
  t.after(() => history.close())
  assert.deepEqual(
    history.list().map(({ state, requests }) => [state, requests]),
    Array.from({ length: 4 }, () => ['completed', 20]),
  )
})

test('--no-history keeps nothing; --history says where', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO })
  await cli(new FakeMachine(['run', 'it.ts', '-H', host, '-t', '50ms', '--no-history'], { cwd }))
  assert.equal(History.openExisting(join(cwd, '.proctor'), { clock: systemClock }), undefined)
  await cli(new FakeMachine(['run', 'it.ts', '-H', host, '-t', '50ms', '--history', 'my/runs'], { cwd }))
  const history = History.openExisting(join(cwd, 'my/runs'), { clock: systemClock })!
  t.after(() => history.close())
  assert.equal(history.list().length, 1)
})

test('where nothing can be kept, that is said once, and the run goes on', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO, '.proctor': 'a file' })
  const machine = new FakeMachine(['run', 'it.ts', '-H', host, '-t', '2100ms'], { cwd })
  assert.equal(await cli(machine), 0)
  const said = machine.stdout.text.match(/This run may not be kept.*/g)
  assert.match(said!.join('\n'), /^This run may not be kept \(history-unwritable\): .*\.proctor.*$/)
  assert.match(machine.stdout.text, /\nAggregated /)
})

test('a disk that is full in the middle of the run is said once, and the run goes on', async (t) => {
  const { host } = await loopback(t)
  const cwd = temporaryFolder(t, { 'it.ts': SCENARIO })
  // No file of the process may grow beyond 100 blocks of 512 bytes.
  const child = start(t, cwd, host, `trap '' XFSZ; ulimit -f 100; exec "$@" -t 3s`)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  assert.equal(err, '')
  assert.equal(out.match(/This run may not be kept \(history-(full|unwritable)\): /g)?.length, 1)
  assert.match(out, /\nAggregated /)
})

async function whenThere(t: TestContext, cwd: string): Promise<History> {
  for (;;) {
    const history = History.openExisting(join(cwd, '.proctor'), { clock: systemClock })
    if (history?.list().length === 1) {
      t.after(() => history.close())
      return history
    }
    history?.close()
    await setTimeout(20)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
