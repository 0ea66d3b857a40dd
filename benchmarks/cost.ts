import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry } from './comparison.ts'
import type { Contestant } from './contestant.ts'
import { parseCostOptions, usage, type CostOptions } from './cost-options.ts'
import { costJson, costText, reportCost } from './cost-report.ts'
import { BenchmarkFailure, exitCodes } from './failure.ts'
import { thisMachine } from './machine.ts'
import { runPairs } from './pairs.ts'
import { proctor } from './proctor.ts'
import { nginx, taskset, versionsOf } from './program.ts'
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
  const contestants = contestantsFor(options)
  const programs = [nginx, taskset, ...new Set(contestants.map(({ program }) => program))]
  const setting = { machine: thisMachine(), versions: versionsOf(programs), options }
  const report = reportCost(setting, await measureAll(contestants, options))
  console.log(costText(report))
  if (options.jsonFile !== undefined) await writeFile(options.jsonFile, costJson(report))
  return report.verdict === 'over the limit' ? 'overLimit' : 'held'
}

function contestantsFor({ nullTest }: CostOptions): readonly [Contestant, Contestant] {
  return [wrk, nullTest ? { ...wrk, name: 'wrk again' } : proctor]
}

async function measureAll(
  contestants: readonly [Contestant, ...Contestant[]],
  options: CostOptions,
): Promise<[Entry, ...Entry[]]> {
  const { signal } = interruption
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'proctor-benchmark-'))
  await using target = await Target.start(targetCore, scratch.path, signal)
  const stage = { target, folder: scratch.path, signal }
  return await runPairs(contestants, options, stage, (line) => console.error(line))
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
