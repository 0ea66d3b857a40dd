import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bareServer, flask, naiveFastify, studentsApi } from './api/contestants.ts'
import { mix, reads, run, type Load, type Run } from './api/load.ts'
import { Server } from './api/server.ts'
import { thisMachine } from './machine.ts'
import { taskset, versionsOf } from './program.ts'
import { pairwiseRatios, spreadOf, type Spread } from './spread.ts'
import { wrk } from './wrk.ts'

/**
 * students-api beside a bare `node:http` server that sends as many bytes, and beside what one would write first: requests
 * per second of 50 connections, in turns. `node benchmarks/api.ts [--pairs 9] [--seconds 5]`
 */

const students = 460
const warmUpSeconds = 6

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '9' }, seconds: { type: 'string', default: '5' } },
})
const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)]
const versions = versionsOf([taskset, wrk.program])
const flaskServer = flask()
await using scratch = await mkdtempDisposable(join(tmpdir(), 'proctor-api-'))
await using stack = new AsyncDisposableStack()

const api = stack.use(await Server.start(studentsApi, scratch.path))
await api.add(students)
const list = join(scratch.path, 'list.json')
await writeFile(list, await api.list())
const bare = stack.use(await Server.start(bareServer, scratch.path, list))
const others: Server[] = []
for (const contestant of [naiveFastify, flaskServer]) {
  if (typeof contestant === 'string') continue
  const server = stack.use(await Server.start(contestant, scratch.path))
  await server.add(students)
  others.push(server)
}

const { cpu, kernel } = thisMachine()
console.log(`wrk ${versions['wrk']}, ${cpu}, ${kernel}; server on core 1, wrk on core 0, 50 connections`)
console.log(
  `${students} students, ${(await api.list()).length} bytes; ${pairs} turns of ${seconds} s after ${warmUpSeconds} s`,
)
for (const { contestant } of [bare, api, ...others])
  console.log(`${contestant.name} ${contestant.version}: a 201 is ${contestant.durability}`)
if (typeof flaskServer === 'string') console.log(flaskServer)

const held = [await compared(reads, [bare, api, ...others]), await compared(mix, [bare, api, ...others])]
process.exitCode = held.every(Boolean) ? 0 : 1

/** Runs a load on all in turn, prints the table, and tells whether students-api holds what is accepted. */
async function compared(load: Load, servers: readonly Server[]): Promise<boolean> {
  const turns = new Map<Server, Run[]>(servers.map((server) => [server, []]))
  for (const server of servers) await run(load, server, { seconds: warmUpSeconds, students })
  for (let turn = 1; turn <= pairs; turn++) {
    for (const [server, runs] of turns) {
      runs.push(await run(load, server, { seconds, students }))
      console.error(`${turn}/${pairs}  ${server.contestant.name}  ${describe(runs.at(-1)!)}`)
    }
  }
  console.log(`\n${load.name}`)
  for (const [server, runs] of turns) console.log(row(server, runs, turns.get(bare)!))
  const ratio = ratioOf(turns.get(api)!, turns.get(bare)!)?.median ?? 0
  console.log(`students-api: ${ratio.toFixed(2)} of bare, accepted ≥ ${load.accepted}`)
  return ratio >= load.accepted
}

function row({ contestant }: Server, runs: readonly Run[], baseline: readonly Run[]): string {
  const valid = runs.filter(({ complaint }) => complaint === undefined)
  const voids = runs.filter(({ complaint }) => complaint !== undefined)
  const ratio = ratioOf(runs, baseline)
  const rest = voids.length > 0 ? `; ${voids.length} void: ${voids[0]?.complaint}` : ''
  if (valid.length === 0 || !ratio) return `${contestant.name.padEnd(16)} no figure${rest}`
  const rate = spreadOf(valid.map(({ requestsPerSecond }) => requestsPerSecond)).median.toFixed(0)
  const cpuTime = spreadOf(valid.map(({ cpuMicroseconds }) => cpuMicroseconds)).median.toFixed(1)
  const fewest = Math.min(...valid.map((one) => one.fewest))
  const most = Math.max(...valid.map((one) => one.most))
  const cells = `${rate.padStart(6)} requests/s  ${cpuTime.padStart(7)} CPU µs/request  ratio ${spread(ratio)}`
  return `${contestant.name.padEnd(16)} ${cells}  ${fewest}–${most} students${rest}`
}

/** Of the turns in which neither was void. */
function ratioOf(runs: readonly Run[], baseline: readonly Run[]): Spread | undefined {
  const both = runs.flatMap((one, turn) => {
    const other = baseline[turn]!
    return one.complaint === undefined && other.complaint === undefined ? [[other, one] as const] : []
  })
  if (both.length === 0) return undefined
  const rates = (index: 0 | 1): number[] => both.map((pair) => pair[index].requestsPerSecond)
  return spreadOf(pairwiseRatios(rates(0), rates(1)))
}

function spread({ median, lowerQuartile, upperQuartile, min, max }: Spread): string {
  const [q1, q3, least, most] = [lowerQuartile, upperQuartile, min, max].map((value) => value.toFixed(3))
  return `${median.toFixed(3)} (quartiles ${q1}–${q3}, range ${least}–${most})`
}

function describe({ requestsPerSecond, cpuMicroseconds, complaint }: Run): string {
  return `${requestsPerSecond.toFixed(0)}/s, ${cpuMicroseconds.toFixed(1)} CPU µs${complaint ? `, void: ${complaint}` : ''}`
}
