import { BYTES, COUNT, type Columns, type FAILURES } from './columns.ts'
import type { RunStore } from './run-store.ts'

/** What a chart draws: the time of each point, and for each line a value or `null`. */
export interface Points {
  readonly times: number[]
  readonly lines: (number | null)[][]
  /** So many seconds make one point. */
  readonly step: number
}

/** Of the seconds from one place to another (not included), the value of a point. */
export type Measure = (store: RunStore, columns: Columns, from: number, to: number) => number | null

/** A screen has no room for more. */
const MOST_POINTS = 400

/** The last second of a run is cut short: a rate of so little says nothing. */
const LEAST_SECONDS = 0.5

/** Seconds between two times, as the charts share them. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A point for every second, or where there are more than a chart can show, for several: always the same ones. */
export function resample(
  store: RunStore,
  columns: Columns,
  measures: readonly Measure[],
  span: Span,
): Points {
  const first = Math.max(0, Math.floor(span.from))
  const last = Math.min(store.seconds.length, Math.ceil(span.to))
  const step = Math.max(1, Math.ceil((last - first) / MOST_POINTS))
  const times: number[] = []
  const lines = measures.map((): (number | null)[] => [])
  for (let from = first - (first % step); from < last; from += step) {
    const to = Math.min(from + step, store.seconds.length)
    if (to === store.seconds.length && lasted(store, from, to) < LEAST_SECONDS) break
    times.push(store.seconds[to - 1]!.at)
    for (const [line, measure] of measures.entries()) lines[line]!.push(measure(store, columns, from, to))
  }
  return { times, lines, step }
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
