import { compare, type Entry, type Row } from './comparison.ts'
import { users } from './contestant.ts'
import type { CostOptions } from './cost-options.ts'
import { costTable } from './cost-table.ts'
import type { Limits } from './load-case.ts'
import type { Machine } from './machine.ts'
import { proctor } from './proctor.ts'
import { clientCore, shortWarmUpMs, tailMs, targetCore, warmUpMs } from './trial.ts'
import { verdictLine, verdictOf, type Verdict } from './verdict.ts'

/** Where and how the figures came about. */
export interface Setting {
  readonly machine: Machine
  readonly versions: Record<string, string>
  /** What was asked for and is not here, a line each. */
  readonly missing: readonly string[]
  readonly options: CostOptions
}

/** Of Proctor against wrk in one case. */
interface CaseVerdict {
  readonly case: string
  readonly ratio: number
  readonly limits: Limits
  readonly verdict: Verdict
}

export interface CostReport extends Setting {
  readonly rows: readonly Row[]
  readonly entries: readonly Entry[]
  /** None where wrk ran against itself, or Proctor did not run. */
  readonly verdicts: readonly CaseVerdict[]
}

export function reportCost(setting: Setting, entries: readonly Entry[]): CostReport {
  const rows = compare(entries)
  const verdicts = setting.options.cases.flatMap(({ title, limits }) => {
    if (limits === undefined) return []
    const ratio = rows.find((row) => row.case === title && row.name === proctor.name)?.ratio?.median
    return ratio === undefined ? [] : [{ case: title, ratio, limits, verdict: verdictOf(ratio, limits) }]
  })
  return { ...setting, rows, entries, verdicts }
}

export function costText(report: CostReport): string {
  const { machine, versions, missing, options, rows } = report
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    [...programs, `Node ${machine.node}`].join(', '),
    ...missing,
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}; client on core ${clientCore}, nginx on core ${targetCore}`,
    `${options.pairs} pairs of ${options.seconds} s, ${users} connections, no think time; ${windowText(options)}`,
    '',
    costTable(rows),
    '',
    ...conclusions(report),
  ].join('\n')
}

export function costJson({ entries, ...report }: CostReport): string {
  const measurements = entries.map(({ loadCase, contestant, runs }) => {
    return { case: loadCase.title, name: contestant.name, runs }
  })
  const window = { clientCore, targetCore, users, warmUpMs, shortWarmUpMs, tailMs }
  return JSON.stringify({ schema: 'benchmarks/cost@2', ...report, window, measurements }, null, 2) + '\n'
}

function windowText({ seconds }: CostOptions): string {
  const measuredMs = seconds * 1000 - warmUpMs - tailMs
  return `measured for ${measuredMs / 1000} s of each, ${warmUpMs / 1000} s after its first request (of what compiles nothing while it runs, ${shortWarmUpMs / 1000} s)`
}

function conclusions({ rows, verdicts, options }: CostReport): string[] {
  if (!options.nullTest)
    return verdicts.map(({ case: title, ratio, limits }) => verdictLine(title, ratio, limits))
  return rows.flatMap(({ case: title, ratio }) =>
    ratio ? [`${title}: ${ratio.median.toFixed(2)} of wrk to itself: what its pairs span is noise`] : [],
  )
}
