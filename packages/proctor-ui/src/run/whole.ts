import type { Row } from 'proctor/wire'
import type { RunStore } from './run-store.ts'

/** Of a whole run, one name of it or all: a figure as the table and the tiles have it. */
export type Whole = (store: RunStore, name: number | undefined) => number | null

function rowOf(store: RunStore, name: number | undefined): Row | undefined {
  return name === undefined ? store.total : store.rows.get(name)
}

export const rateOfAll =
  (field: 'count' | 'failures'): Whole =>
  (store, name) => {
    const row = rowOf(store, name)
    return row === undefined || store.countedSeconds <= 0 ? null : row[field] / store.countedSeconds
  }

export const figureOfAll =
  (field: 'medianMs' | 'p95Ms' | 'p99Ms'): Whole =>
  (store, name) =>
    rowOf(store, name)?.[field] ?? null

export const bytesOfAll: Whole = (store, name) => {
  const rate = rateOfAll('count')(store, name)
  return rate === null ? null : rate * (rowOf(store, name)?.averageBytes ?? 0)
}

export const peak =
  (what: 'users' | 'inFlight'): Whole =>
  ({ seconds }) =>
    seconds.reduce((highest, second) => Math.max(highest, second[what]), 0)
