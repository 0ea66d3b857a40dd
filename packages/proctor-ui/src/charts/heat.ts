import { type Grid, goesOn, gridOf, type Span } from '../run/grid.ts'
import type { RunStore } from '../run/run-store.ts'

/** Buckets of scale 2: four to each doubling. */
export const PER_DOUBLING = 4
const MOST_COLUMNS = 240

type Column = ReadonlyMap<number, number>

/** For each column of a heat map how many requests took how long, by latency bucket. */
export interface Heat {
  /** In seconds: where the first column begins, and the last one ends. */
  readonly from: number
  readonly to: number
  readonly columns: readonly Column[]
  readonly low: number
  readonly high: number
  /** In one bucket of one column. */
  readonly most: number
}

/** What was made before is kept: of a run that grows only the last column is new. */
export class Heater {
  readonly #store: RunStore
  #grid: Grid | undefined
  #heat: Heat = { from: 0, to: 1, columns: [], ...boundsOf([]) }

  constructor(store: RunStore) {
    this.#store = store
  }

  /** The same object as before while there is nothing new. */
  heat(span: Span): Heat {
    const grid = gridOf(this.#store, span, MOST_COLUMNS)
    const before = this.#grid !== undefined && goesOn(grid, this.#grid) ? this.#grid : undefined
    if (before?.end === grid.end) return this.#heat
    const { first, end, step } = grid
    const known = before === undefined ? 0 : Math.floor((before.end - before.first) / before.step)
    const columns = this.#heat.columns.slice(0, known)
    for (let from = first + known * step; from < end; from += step) {
      columns.push(columnOf(this.#store, from, Math.min(from + step, end)))
    }
    this.#grid = grid
    this.#heat = { from: first, to: first + columns.length * step, columns, ...boundsOf(columns) }
    return this.#heat
  }
}

function columnOf({ seconds }: RunStore, start: number, end: number): Column {
  const column = new Map<number, number>()
  for (const { latencies } of seconds.slice(start, end)) {
    for (let i = 0; i < latencies.length; i += 2) {
      column.set(latencies[i]!, (column.get(latencies[i]!) ?? 0) + latencies[i + 1]!)
    }
  }
  return column
}

function boundsOf(columns: readonly Column[]): Pick<Heat, 'low' | 'high' | 'most'> {
  let [low, high, most] = [Infinity, -Infinity, 1]
  for (const column of columns) {
    for (const [bucket, count] of column) {
      if (bucket < low) low = bucket
      if (bucket > high) high = bucket
      if (count > most) most = count
    }
  }
  return low > high ? { low: -40, high: 0, most } : { low, high, most }
}
