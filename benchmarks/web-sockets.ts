import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuTimeOf } from './cpu-time.ts'
import { freePort } from './free-port.ts'
import { PinnedProcess } from './pinned-process.ts'

/**
 * 2,000 users, each with a WebSocket open, send a message a second and wait for its echo: every message is timed, and counted
 * as the server counted it. `node benchmarks/web-sockets.ts [users]`
 */

const users = Number(process.argv[2] ?? 2_000)
const seconds = 15
const [CLIENT_CORE, SERVER_CORE] = [0, 1]
const proctor = join(import.meta.dirname, '../packages/proctor/src/cli/main.ts')

await using scratch = await mkdtempDisposable(join(tmpdir(), 'proctor-web-sockets-'))
const port = await freePort()
const counted = join(scratch.path, 'counted.json')
const report = join(scratch.path, 'report.json')
const echo = join(import.meta.dirname, 'echo-server.ts')
await using server = await PinnedProcess.start(
  [process.execPath, echo, String(port), counted],
  SERVER_CORE,
  scratch.path,
)
await listening()
const scenario = join(import.meta.dirname, 'scenarios/web-socket.ts')
const load = [
  '-u',
  String(users),
  '-r',
  '1000',
  '-t',
  `${seconds}s`,
  '--threads',
  '1',
  '--no-history',
  '--json-file',
  report,
]
const argv = [process.execPath, proctor, 'run', scenario, '-H', `http://127.0.0.1:${port}`, ...load]
await using client = await PinnedProcess.start(argv, CLIENT_CORE, scratch.path)
await delay((seconds - 1) * 1_000)
const { userMs, systemMs } = cpuTimeOf(client.pid)
const ending = await client.endsWithin(60_000)
server.stop()
await server.ended
process.exitCode = judge(
  JSON.parse(await readFile(report, 'utf8')),
  JSON.parse(await readFile(counted, 'utf8')),
)

interface Row {
  readonly name: string
  readonly count: number
  readonly failures: number
  readonly medianMs: number
  readonly p99Ms: number
}

function judge(
  { requests }: { requests: Row[] },
  { sockets, messages }: { sockets: number; messages: number },
): number {
  const row = (name: string): Row | undefined => requests.find((each) => each.name === name)
  const [opened, echoed] = [row('/echo'), row('echo')]
  const cpu = ((userMs + systemMs) * 1_000) / (echoed?.count ?? 0)
  console.log(`${opened?.count} WebSockets opened (the server took ${sockets}), ${opened?.failures} failures`)
  console.log(`${echoed?.count} messages timed (the server sent ${messages}), ${echoed?.failures} failures`)
  console.log(
    `median ${echoed?.medianMs} ms, p99 ${echoed?.p99Ms} ms; ${cpu.toFixed(0)} µs of CPU per message, all of the start included`,
  )
  const holds =
    opened?.count === sockets && echoed?.count === messages && sockets === users && echoed.failures === 0
  if (!holds)
    console.error(`proctor and the server do not agree\n${ending?.stderr ?? 'it did not end in time'}`)
  return holds ? 0 : 1
}

async function listening(): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await fetch(`http://127.0.0.1:${port}`).catch(() => undefined)) !== undefined) return
    await delay(50)
  }
  throw new Error('the echo server does not listen')
}
