import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { PinnedProcess } from './pinned-process.ts'
import { spreadOf } from './spread.ts'

/**
 * What users cost in memory. `node benchmarks/memory.ts idle|many|soak`
 *
 * - `idle`: 10,000 connected users who only wait, beside the same process with one.
 * - `many`: 100,000 users who think, in processes of 16,667, each aimed at a loopback address of its own: a process may
 *   hold 20,000 files, and an address has 28,000 ports.
 * - `soak`: ten minutes with 200 request names; the memory of the last minutes beside that of the first.
 */

const repository = join(import.meta.dirname, '..')
const proctor = join(repository, 'packages/proctor/src/cli/main.ts')
const [CLIENT_CORE, SERVER_CORE] = [0, 1]

interface Memory {
  /** All that the process has in memory, what it shares with others included. */
  residentBytes: number
  /** The kernel's buffers of all TCP sockets of this machine, those of the target's side too. */
  socketBytes: number
  sockets: number
}

const cases = { idle, many, soak }
const name = process.argv[2] ?? 'idle'
if (!(name in cases)) throw new RangeError(`expected idle, many or soak, got ${name}`)
await using scratch = await mkdtempDisposable(join(tmpdir(), 'proctor-memory-'))
await using running = new AsyncDisposableStack()
process.exitCode = (await cases[name as keyof typeof cases]()) ? 0 : 1

async function idle(): Promise<boolean> {
  const users = 10_000
  const limitBytes = 12 * 1024
  const scenario = await scenarioOf(`waitTime: constant(3600), tasks: { home: ({ http }) => http.get('/') }`)
  const target = await startTarget('127.0.0.1')
  const resident: number[] = []
  for (const count of [1, users]) {
    await using load = await startLoad(scenario, target, ['-u', String(count), '-r', '2500', '-t', '30s'])
    await delay(20_000)
    resident.push(memoryOf(load.pid).residentBytes)
    if (count === users) console.log(`${memoryOf(load.pid).sockets} connections are open`)
  }
  const [bare = 0, all = 0] = resident
  const each = (all - bare) / (users - 1)
  console.log(
    `one user ${megabytes(bare)}, ${users} users ${megabytes(all)}: ${Math.round(each)} bytes each; accepted ≤ ${limitBytes}`,
  )
  return each <= limitBytes
}

async function many(): Promise<boolean> {
  const processes = 6
  const users = 100_000
  const limitBytes = 2e9
  const scenario = await scenarioOf(`waitTime: between(20, 40), tasks: { home: ({ http }) => http.get('/') }`)
  const loads: PinnedProcess[] = []
  for (let i = 0; i < processes; i++) {
    const target = await startTarget(`127.0.0.${i + 2}`)
    const share = Math.floor(users / processes) + (i < users % processes ? 1 : 0)
    loads.push(
      running.use(await startLoad(scenario, target, ['-u', String(share), '-r', '200', '-t', '150s'])),
    )
  }
  let peak = 0
  for (let second = 0; second < 14; second++) {
    await delay(10_000)
    const all = loads.map(({ pid }) => memoryOf(pid))
    const sum = all.reduce((total, { residentBytes }) => total + residentBytes, 0)
    peak = Math.max(peak, sum)
    const { sockets, socketBytes } = all[0]!
    console.log(
      `${10 * (second + 1)} s: ${megabytes(sum)} in ${processes} processes; ${sockets} open sockets of this machine hold ${megabytes(socketBytes)} in the kernel`,
    )
  }
  for (const load of loads)
    console.log((await load.ended).stdout.split('\n').find((line) => line.includes('requests in')))
  console.log(`${users} users: ${megabytes(peak)}; accepted < ${megabytes(limitBytes)}`)
  return peak < limitBytes
}

async function soak(): Promise<boolean> {
  const minutes = 10
  const limit = 1.05
  const scenario = await scenarioOf(
    `tasks: { any: ({ http, random }) => { const n = random.integer(1, 200); return http.get('/?' + n, { name: 'page ' + n }) } }`,
  )
  const target = await startTarget('127.0.0.1')
  await using load = await startLoad(scenario, target, ['-u', '20', '-r', '20', '-t', `${minutes}m`])
  const samples: number[] = []
  for (let second = 5; second < minutes * 60 - 5; second += 5) {
    await delay(5_000)
    samples.push(memoryOf(load.pid).residentBytes)
    if (second % 60 === 0) console.log(`${second / 60} min: ${megabytes(samples.at(-1)!)}`)
  }
  const { median: second } = spreadOf(samples.slice(12, 36))
  const { median: last } = spreadOf(samples.slice(-24))
  const ratio = last / second
  console.log(
    `minutes 2–3: ${megabytes(second)}, the last two: ${megabytes(last)}: ${ratio.toFixed(3)}; accepted ≤ ${limit}`,
  )
  return ratio <= limit
}

async function scenarioOf(definition: string): Promise<string> {
  const file = join(scratch.path, 'scenario.ts')
  await writeFile(
    file,
    `import { between, constant, defineUser } from 'proctor'\nvoid between, constant\nexport const V = defineUser({ ${definition} })\n`,
  )
  return file
}

async function startTarget(host: string): Promise<string> {
  const port = String(await freePort())
  const argv = [process.execPath, join(import.meta.dirname, 'patient-server.ts'), host, port]
  running.use(await PinnedProcess.start(argv, SERVER_CORE, scratch.path))
  const url = `http://${host}:${port}`
  while (!(await fetch(url).catch(() => undefined))?.ok) await delay(50)
  return url
}

function startLoad(scenario: string, target: string, load: readonly string[]): Promise<PinnedProcess> {
  const argv = [
    process.execPath,
    proctor,
    'run',
    scenario,
    '-H',
    target,
    '--threads',
    '1',
    '--stop-timeout',
    '1s',
  ]
  return PinnedProcess.start([...argv, ...load], CLIENT_CORE, scratch.path)
}

function memoryOf(pid: number): Memory {
  const [, kilobytes = ''] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  const [, sockets = '', pages = ''] =
    /^TCP: inuse (\d+) .* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'latin1')) ?? []
  return {
    residentBytes: Number(kilobytes) * 1024,
    sockets: Number(sockets),
    socketBytes: Number(pages) * 4096,
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
