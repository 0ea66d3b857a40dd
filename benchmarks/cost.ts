import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry } from './comparison.ts'
import type { Contestant } from './contestant.ts'
import { contestants } from './contestants.ts'
import { parseCostOptions, usage, type CostOptions } from './cost-options.ts'
import { costJson, costText, reportCost } from './cost-report.ts'
import { BenchmarkFailure, exitCodes } from './failure.ts'
import { h2load } from './h2load.ts'
import { thisMachine } from './machine.ts'
import { runPairs } from './pairs.ts'
import { proctor } from './proctor.ts'
import { lookFor, nginx, taskset, versionsOf } from './program.ts'
import { Target } from './target.ts'
import { targetCore } from './trial.ts'
import { wrk } from './wrk.ts'

const interruption = new AbortController()
// `on`, not `once`: a second Ctrl-C must not end us before what we started is stopped.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort())

try {
  process.exitCode = exitCodes[await main(process.argv.slice(2))]
} catch (error) {
  const failure = failureOf(error)
  console.error(failure.message)
  process.exitCode = exitCodes[failure.kind]
}

async function main(argv: readonly string[]): Promise<'held' | 'overLimit'> {
  const options = parseCostOptions(argv)
  if (!options) {
    console.log(usage)
    return 'held'
  }
  const { needed, peers } = contestantsFor(options)
  const versions = versionsOf([nginx, taskset, ...needed.map(({ program }) => program)])
  const { found, missing } = lookFor(peers.map(({ program }) => program))
  for (const line of missing) console.error(line)
  const present = [...needed, ...peers.filter(({ program }) => program.name in found)]
  const setting = { machine: thisMachine(), versions: { ...versions, ...found }, missing, options }
  const report = reportCost(setting, await measureAll(present, options))
  console.log(costText(report))
  if (options.jsonFile !== undefined) await writeFile(options.jsonFile, costJson(report))
  return report.verdicts.some(({ verdict }) => verdict === 'over the limit') ? 'overLimit' : 'held'
}

/** Without wrk and Proctor there is nothing to say; without a peer there is a row less. */
function contestantsFor({ names, nullTest }: CostOptions): Record<'needed' | 'peers', Contestant[]> {
  if (nullTest) return { needed: [wrk, { ...wrk, name: 'wrk again' }], peers: [] }
  const chosen = names.map((name) => contestants[name]!)
  return { needed: chosen.filter(isOurs), peers: chosen.filter((contestant) => !isOurs(contestant)) }
}

function isOurs(contestant: Contestant): boolean {
  return [wrk, h2load, proctor].includes(contestant)
}

async function measureAll(present: readonly Contestant[], options: CostOptions): Promise<Entry[]> {
  const { signal } = interruption
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'proctor-benchmark-'))
  await using target = await Target.start(targetCore, scratch.path, signal)
  const stage = { target, folder: scratch.path, signal }
  return await runPairs(present, options, stage, (line) => console.error(line))
}

function failureOf(error: unknown): BenchmarkFailure {
  if (error instanceof BenchmarkFailure) return error
  if (interruption.signal.aborted) {
    return new BenchmarkFailure('interrupted', 'interrupted; everything started here is stopped')
  }
  return new BenchmarkFailure(
    'runFailed',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  )
}
