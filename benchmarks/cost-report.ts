import { compare, type Entry, type Row } from './comparison.ts'
import { users } from './contestant.ts'
import type { CostOptions } from './cost-options.ts'
import { costTable } from './cost-table.ts'
import type { Machine } from './machine.ts'
import { clientCore, tailMs, targetCore, warmUpMs } from './trial.ts'
import { limits, verdictLine, verdictOf, type Verdict } from './verdict.ts'

/** Where and how the figures came about. */
export interface Setting {
  readonly machine: Machine
  readonly versions: Record<string, string>
  readonly options: CostOptions
}

export interface CostReport extends Setting {
  readonly rows: readonly Row[]
  readonly entries: readonly Entry[]
  /** Of the second contestant against the first; none where wrk ran against itself. */
  readonly verdict: Verdict | undefined
}

export function reportCost(setting: Setting, entries: readonly [Entry, ...Entry[]]): CostReport {
  const rows = compare(entries)
  const ratio = ratioIn(rows)
  return { ...setting, rows, entries, verdict: setting.options.nullTest ? undefined : verdictOf(ratio) }
}

export function costText(report: CostReport): string {
  const { machine, versions, options, rows } = report
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    [...programs, `Node ${machine.node}`].join(', '),
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}; client on core ${clientCore}, nginx on core ${targetCore}`,
    `${options.pairs} pairs of ${options.seconds} s, ${users} connections, no think time; ${windowText(options)}`,
    '',
    costTable(rows),
    '',
    conclusion(report),
  ].join('\n')
}

export function costJson({ entries, ...report }: CostReport): string {
  const measurements = entries.map(({ contestant, runs }) => ({ name: contestant.name, runs }))
  const window = { clientCore, targetCore, users, warmUpMs, tailMs }
  return (
    JSON.stringify({ schema: 'benchmarks/cost@1', ...report, limits, window, measurements }, null, 2) + '\n'
  )
}

function windowText({ seconds }: CostOptions): string {
  return `measured from ${warmUpMs / 1000} s to ${seconds - tailMs / 1000} s of each run`
}

function conclusion({ rows, verdict }: CostReport): string {
  const ratio = ratioIn(rows)
  return verdict
    ? verdictLine(ratio)
    : `ratio ${ratio.toFixed(2)} of wrk to itself: what its pairs span is noise`
}

function ratioIn(rows: readonly Row[]): number {
  const ratio = rows[1]?.ratio
  if (!ratio) throw new RangeError('a comparison needs two contestants')
  return ratio.median
}
