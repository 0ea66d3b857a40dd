import type { RowWire } from 'proctor/wire'
import { formatBytes, formatCount, formatMs, formatRate } from '../format.ts'
import { COUNT, FAILURES } from './columns.ts'
import type { RunStore } from './run-store.ts'

export interface Column {
  readonly key: string
  readonly heading: string
  readonly unit?: string
  readonly value: (row: Shown, store: RunStore) => number | null
  readonly format: (value: number | null) => string
  readonly isHidden?: true
  /** Of the newest second: nothing when the run is over. */
  readonly isOfNow?: true
}

/** A row of the table: of one name, or over all. */
export type Shown = Omit<RowWire, 'index'> & { readonly index: number | undefined }

const ms = (
  key: 'medianMs' | 'averageMs' | 'minMs' | 'maxMs' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms',
  heading: string,
  isHidden?: true,
): Column => ({
  key,
  heading,
  unit: 'ms',
  value: (row) => row[key],
  format: formatMs,
  ...(isHidden === undefined ? {} : { isHidden }),
})

const whole = (value: number | null): string => formatCount(value ?? 0)

/** The seed's columns, percentiles, sizes, and the rates of now and of the run. */
export const COLUMNS: readonly Column[] = [
  { key: 'count', heading: 'Requests', value: (row) => row.count, format: whole },
  { key: 'failures', heading: 'Failures', value: (row) => row.failures, format: whole },
  ms('medianMs', 'Median'),
  ms('averageMs', 'Average'),
  ms('minMs', 'Min'),
  ms('maxMs', 'Max'),
  ms('p90Ms', 'p90', true),
  ms('p95Ms', 'p95'),
  ms('p99Ms', 'p99'),
  ms('p999Ms', 'p99.9', true),
  { key: 'bytes', heading: 'Size', value: (row) => row.averageBytes, format: formatBytes },
  {
    key: 'requestBytes',
    heading: 'Sent',
    value: (row) => row.averageRequestBytes,
    format: formatBytes,
    isHidden: true,
  },
  {
    key: 'rate',
    heading: 'Requests',
    unit: '/s',
    value: (row, store) => rate(row.count, store),
    format: formatRate,
  },
  {
    key: 'failureRate',
    heading: 'Failures',
    unit: '/s',
    value: (row, store) => rate(row.failures, store),
    format: formatRate,
    isHidden: true,
  },
  {
    key: 'now',
    heading: 'Now',
    unit: '/s',
    isOfNow: true,
    value: (row, store) => nowOf(row, store, COUNT),
    format: formatRate,
  },
  {
    key: 'failingNow',
    heading: 'Failing now',
    unit: '/s',
    isOfNow: true,
    value: (row, store) => nowOf(row, store, FAILURES),
    format: formatRate,
    isHidden: true,
  },
]

/** When it is over, there is no now. */
function nowOf({ index }: Shown, store: RunStore, field: typeof COUNT | typeof FAILURES): number | null {
  if (!store.isOn) return null
  return store.newest(index, field)
}

function rate(count: number, store: RunStore): number {
  const seconds = store.countedSeconds
  return seconds > 0 ? count / seconds : 0
}

export interface Sorting {
  /** Of a column, or `name`. */
  readonly key: string
  readonly isRising: boolean
}

/** The indexes of the rows that have the text in their name, in their order. */
export function orderOf(store: RunStore, filter: string, { key, isRising }: Sorting): number[] {
  const wanted = filter.trim().toLowerCase()
  const all = [...store.rows.values()]
  const rows =
    wanted === '' ? all : all.filter(({ method, name }) => `${method} ${name}`.toLowerCase().includes(wanted))
  const direction = isRising ? 1 : -1
  const column = COLUMNS.find((each) => each.key === key)
  if (column === undefined) return indexesOf(rows.toSorted((a, b) => direction * byName(a, b)))
  const values = new Map(rows.map((row) => [row, column.value(row, store) ?? -1]))
  return indexesOf(rows.toSorted((a, b) => direction * (values.get(a)! - values.get(b)!)))
}

function indexesOf(rows: readonly RowWire[]): number[] {
  return rows.map(({ index }) => index)
}

function byName(a: RowWire, b: RowWire): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.method < b.method ? -1 : 1
}
