import { BYTES, COUNT, type Columns, type FAILURES } from './columns.ts'
import { type Grid, goesOn, gridOf, type Span } from './grid.ts'
import type { RunStore } from './run-store.ts'

/** What a chart draws: the time of each point, and for each line a value or `null`. */
export interface Points {
  readonly times: readonly number[]
  readonly lines: readonly (readonly (number | null)[])[]
  /** So many seconds make one point. */
  readonly step: number
}

/** Of the seconds from one place to another (not included), the value of a point. */
export type Measure = (store: RunStore, columns: Columns, from: number, to: number) => number | null

/** The last second of a run is cut short: a rate of so little says nothing. */
const LEAST_SECONDS = 0.5
/** A screen has no room for more. */
const MOST_POINTS = 400

/** The points of a chart: what it made before it keeps, and makes only what is new. */
export class Sampler {
  readonly #store: RunStore
  readonly #name: number | undefined
  readonly #measures: readonly Measure[]
  #grid: Grid | undefined
  #columns: Columns | undefined
  #points: Points = { times: [], lines: [], step: 1 }

  /** `name` is `undefined` for all. */
  constructor(store: RunStore, name: number | undefined, measures: readonly Measure[]) {
    this.#store = store
    this.#name = name
    this.#measures = measures
  }

  /** The same object as before while there is nothing new. */
  points(span: Span): Points {
    const grid = gridOf(this.#store, span, MOST_POINTS)
    const columns = this.#store.columnsOf(this.#name)
    const isSame = columns === this.#columns && this.#grid !== undefined && goesOn(grid, this.#grid)
    const before = isSame ? this.#grid : undefined
    this.#columns = columns
    if (before?.end === grid.end) return this.#points
    // The last point may have been made of fewer seconds than it has now.
    const known = before === undefined ? 0 : Math.floor((before.end - before.first) / before.step)
    this.#points = this.#extended(grid, known)
    this.#grid = grid
    return this.#points
  }

  #extended({ first, end, step }: Grid, known: number): Points {
    const times = this.#points.times.slice(0, known)
    const lines = this.#measures.map((_, line) => this.#points.lines[line]?.slice(0, known) ?? [])
    const columns = this.#columns
    if (columns === undefined) return { times, lines, step }
    for (let from = first + known * step; from < end; from += step) {
      const to = Math.min(from + step, end)
      if (to === this.#store.seconds.length && lasted(this.#store, from, to) < LEAST_SECONDS) break
      times.push(this.#store.seconds[to - 1]!.at)
      for (const [line, measure] of this.#measures.entries()) {
        lines[line]!.push(measure(this.#store, columns, from, to))
      }
    }
    return { times, lines, step }
  }
}

function sum(columns: Columns, field: number, from: number, to: number): number {
  let total = 0
  for (let i = from; i < to; i++) total += columns.get(field, i)
  return total
}

/** By the worker's clock: the last second of a run is cut short. */
function lasted({ seconds }: RunStore, from: number, to: number): number {
  return Math.max(0.001, seconds[to - 1]!.at - (from === 0 ? 0 : seconds[from - 1]!.at))
}

export const perSecond =
  (field: typeof COUNT | typeof FAILURES): Measure =>
  (store, columns, from, to) =>
    sum(columns, field, from, to) / lasted(store, from, to)

export const bytesPerSecond: Measure = (store, columns, from, to) => {
  let bytes = 0
  for (let i = from; i < to; i++) bytes += columns.get(COUNT, i) * Math.max(0, columns.get(BYTES, i))
  return bytes / lasted(store, from, to)
}

/** Percentiles don't add up: of several seconds the worst is shown. */
export const worst =
  (field: number): Measure =>
  (_, columns, from, to) => {
    let most = -1
    for (let i = from; i < to; i++)
      if (columns.get(COUNT, i) > 0) most = Math.max(most, columns.get(field, i))
    return most < 0 ? null : most
  }

export const most =
  (what: 'users' | 'inFlight'): Measure =>
  ({ seconds }, _, from, to) => {
    let highest = 0
    for (let i = from; i < to; i++) highest = Math.max(highest, seconds[i]![what])
    return highest
  }
