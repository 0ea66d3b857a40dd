import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import type { RunRecord } from '../../src/run/record.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'
import { Target } from './target.ts'

const PROCTOR = new URL('../../bin/proctor.js', import.meta.url).pathname
const VISITOR = `
import { defineUser } from 'proctor'
export const Visitor = defineUser({ tasks: { home: ({ http }) => http.get('/') } })
`
/** Within which a verdict is due. */
const WITHIN = ['-t', '5s']
const LOAD = ['--arrivals', '500/s,uniform', ...WITHIN]

interface Ran {
  readonly exitCode: number
  readonly generator: RunRecord['generator']
}

interface Command {
  readonly scenario: string
  readonly host: string
  readonly load: readonly string[]
  /** Ends with what runs the arguments behind it. */
  readonly within?: readonly string[]
}

async function run(t: TestContext, { scenario, host, load, within = [] }: Command): Promise<Ran> {
  const folder = temporaryFolder(t, { 'visitor.ts': scenario })
  const json = join(folder, 'run.json')
  const [command, ...args] = [
    ...within,
    process.execPath,
    PROCTOR,
    'run',
    join(folder, 'visitor.ts'),
    '-H',
    host,
    '--threads',
    '1',
    '--json-file',
    json,
    ...load,
  ]
  const child = spawn(command!, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const [errors, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.ok(existsSync(json), errors)
  const { generator } = JSON.parse(readFileSync(json, 'utf8')) as RunRecord
  t.diagnostic([generator.verdict, ...generator.reasons].join('\n'))
  return { exitCode: exitCode as number, generator }
}

function assertVoid({ exitCode, generator }: Ran, cause: RegExp): void {
  assert.deepEqual([exitCode, generator.verdict], [3, 'void'])
  assert.ok(
    generator.reasons.some((reason) => cause.test(reason)),
    generator.reasons.join('\n'),
  )
}

test('an open load of 500 a second on an idle machine is valid', async (t) => {
  const target = await Target.start(t)
  const { generator } = await run(t, { scenario: VISITOR, host: target.host, load: LOAD })
  assert.equal(generator.verdict, 'valid', generator.reasons.join('\n'))
})

test('an event loop that is blocked for 50 ms each second is void', async (t) => {
  const target = await Target.start(t)
  const scenario = `${VISITOR}
setInterval(() => {
  const until = performance.now() + 50
  while (performance.now() < until) {}
}, 1_000).unref()
`
  assertVoid(
    await run(t, { scenario, host: target.host, load: LOAD }),
    /^a worker's event loop was 20 ms late or more at p99 in [3-5] of/,
  )
})

test('a core that another process has is void', async (t) => {
  const target = await Target.start(t)
  const hog = spawn('taskset', [
    '-c',
    '0',
    process.execPath,
    '-e',
    'const end = Date.now() + 8_000; while (Date.now() < end) {}',
  ])
  t.after(() => hog.kill('SIGKILL'))
  assertVoid(
    await run(t, { scenario: VISITOR, host: target.host, load: LOAD, within: ['taskset', '-c', '0'] }),
    /^a worker was without a core for 25 % of the time or more/,
  )
})

test('a process that may open no more files is void', async (t) => {
  const target = await Target.start(t)
  assertVoid(
    await run(t, {
      scenario: VISITOR,
      host: target.host,
      load: ['-u', '300', '-r', '300', ...WITHIN],
      within: ['prlimit', '--nofile=200:200'],
    }),
    /requests failed for want of a file that may be opened/,
  )
})

test('a machine without a free local port is void', async (t) => {
  // The service stands in the same network, which has ten ports to begin connections from.
  const scenario = `${VISITOR}
import { createServer } from 'node:http'
createServer((_, response) => response.end('ok')).listen(8080, '127.0.0.1').unref()
`
  const network =
    'ip link set lo up && echo 50000 50009 > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"'
  assertVoid(
    await run(t, {
      scenario,
      host: 'http://127.0.0.1:8080',
      load: ['-u', '30', '-r', '100', ...WITHIN],
      within: ['unshare', '--map-root-user', '--net', 'sh', '-c', network, 'sh'],
    }),
    /requests failed for want of a free local port/,
  )
})
