import type { Row, RunHead } from 'proctor/wire'
import { formatChange, formatCount, formatMs, formatPoints, formatRate, formatShare } from '../format.ts'
import type { RunStore } from '../run/run-store.ts'

/** The figures of one run that are laid beside another's: of one name, or of all. */
export interface Side {
  readonly row: Pick<Row, 'count' | 'failures' | 'medianMs' | 'p95Ms' | 'p99Ms'>
  /** Over how long they were counted. */
  readonly seconds: number
}

export interface Compared {
  readonly label: string
  readonly format: (side: Side) => string
  readonly change: (base: Side, later: Side) => string
  /** Above 0 where the later run is worse, below where it is better; 0 where that can't be said. */
  readonly isWorse: (base: Side, later: Side) => number
}

/** Two runs of the same differ by as much. */
const LEAST_CHANGE = 0.05
/** So many requests have to be above a percentile for it to say something. */
const LEAST_ABOVE = 10
/** Of the longer run's time: a shorter run has more of the start in it. */
const SAME_TIME = 0.9
/** Standard errors between two shares of failures. */
const LEAST_ERRORS = 3

const percentile = (label: string, key: 'medianMs' | 'p95Ms' | 'p99Ms', share: number): Compared => ({
  label: `${label} (ms)`,
  format: ({ row }) => formatMs(row[key]),
  change: (base, later) => formatChange(base.row[key], later.row[key]),
  isWorse: (base, later) => {
    const [from, to] = [base.row[key], later.row[key]]
    const fewest = Math.min(base.row.count, later.row.count)
    if (from === null || to === null || fewest * (1 - share) < LEAST_ABOVE) return 0
    // An answer that refuses is often the faster one.
    if (moreFailing(base, later) !== 0) return 0
    return Math.abs(to - from) < LEAST_CHANGE * from ? 0 : to - from
  },
})

/** More requests a second are not better by themselves: they may be what was asked for. */
export const COMPARED: readonly Compared[] = [
  {
    label: 'Requests',
    format: ({ row }) => formatCount(row.count),
    change: (base, later) => formatChange(base.row.count, later.row.count),
    isWorse: () => 0,
  },
  {
    label: 'Requests/s',
    format: (side) => formatRate(rateOf(side)),
    change: (base, later) => formatChange(rateOf(base), rateOf(later)),
    isWorse: () => 0,
  },
  {
    label: 'Failures',
    format: ({ row }) => formatShare(row.failures, row.count),
    change: (base, later) => formatPoints(failing(base), failing(later)),
    isWorse: moreFailing,
  },
  percentile('p50', 'medianMs', 0.5),
  percentile('p95', 'p95Ms', 0.95),
  percentile('p99', 'p99Ms', 0.99),
]

function rateOf({ row, seconds }: Side): number | null {
  return seconds > 0 ? row.count / seconds : null
}

function failing({ row: { count, failures } }: Side): number {
  return count === 0 ? 0 : failures / count
}

/** How much larger the later share is; 0 where chance may have done it. */
function moreFailing(base: Side, later: Side): number {
  const [n, m] = [base.row.count, later.row.count]
  const both = (base.row.failures + later.row.failures) / (n + m)
  const error = Math.sqrt(both * (1 - both) * (1 / n + 1 / m))
  const change = failing(later) - failing(base)
  return Math.abs(change) > LEAST_ERRORS * error ? change : 0
}

/** Why a change from one run to the other is neither better nor worse; `undefined` where it may be. */
export function incomparable(base: RunStore, later: RunStore): string | undefined {
  const verdicts = [base, later].map(({ standing }) => standing.soundness?.verdict)
  if (verdicts.includes('void')) return 'A run is void: its figures are of the generator, not of the service.'
  const [one, other] = [base.head.value!, later.head.value!]
  if (one.scenario !== other.scenario) return 'The scenarios differ: so do their figures, for that alone.'
  if (loadOf(one) !== loadOf(other)) return 'The loads differ: so do their figures, for that alone.'
  const [shorter, longer] = [one.durationSeconds, other.durationSeconds].toSorted((a, b) => a - b)
  if (shorter! < SAME_TIME * longer!) return 'One run was much shorter: their figures differ for that alone.'
  return undefined
}

/** But for its time: a run may have been stopped. */
function loadOf({ load, steering }: RunHead): string {
  return JSON.stringify([{ ...load, durationMs: null }, steering.map(({ target }) => target)])
}
