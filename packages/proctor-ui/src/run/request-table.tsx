import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { RowWire } from 'proctor/wire'
import { formatBytes, formatCount, formatMs, formatRate } from '../format.ts'
import { COUNT, FAILURES } from './columns.ts'
import type { RunStore } from './run-store.ts'

interface Column {
  readonly key: string
  readonly heading: string
  readonly unit?: string
  readonly value: (row: Shown, store: RunStore) => number | null
  readonly format: (value: number | null) => string
  readonly isHidden?: true
}

/** A row of the table: of one name, or over all. */
type Shown = Omit<RowWire, 'index'> & { readonly index: number | undefined }

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
const COLUMNS: readonly Column[] = [
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
    value: (row, store) => nowOf(row, store, COUNT),
    format: formatRate,
  },
  {
    key: 'failingNow',
    heading: 'Failing now',
    unit: '/s',
    value: (row, store) => nowOf(row, store, FAILURES),
    format: formatRate,
    isHidden: true,
  },
]

/** When it is over, there is no now. */
function nowOf({ index }: Shown, store: RunStore, field: typeof COUNT | typeof FAILURES): number | null {
  const state = store.head.peek()?.state
  if (state !== 'running' && state !== 'stopping') return null
  return store.columnsOf(index).get(field, store.now)
}

function rate(count: number, store: RunStore): number {
  const seconds = store.head.peek()?.durationSeconds ?? 0
  return seconds > 0 ? count / seconds : 0
}

const ROW_HEIGHT = 34
/** Up to so many the table is as long as it is; beyond it scrolls, and only what is in sight is there. */
const MOST_ROWS = 14
const SPARE_ROWS = 4

interface Sorting {
  readonly key: string
  readonly isRising: boolean
}

export function RequestTable({
  store,
  chosen,
}: {
  readonly store: RunStore
  readonly chosen: Signal<number | undefined>
}) {
  const sorting = useSignal<Sorting>({ key: 'name', isRising: true })
  const filter = useSignal('')
  const hidden = useSignal(new Set(COLUMNS.filter(({ isHidden }) => isHidden).map(({ key }) => key)))
  const top = useSignal(0)
  const scroller = useRef<HTMLDivElement>(null)
  void store.version.value
  const columns = COLUMNS.filter(({ key }) => !hidden.value.has(key))
  const rows = sorted(filtered([...store.rows.values()], filter.value), sorting.value, store)
  const isLong = rows.length > MOST_ROWS
  const first = isLong
    ? Math.max(0, Math.min(Math.floor(top.value / ROW_HEIGHT) - SPARE_ROWS, rows.length - MOST_ROWS))
    : 0
  const seen = isLong ? rows.slice(first, first + MOST_ROWS + 2 * SPARE_ROWS) : rows
  const space = (count: number) =>
    count > 0 && <tr aria-hidden="true" style={{ height: `${count * ROW_HEIGHT}px` }} />
  return (
    <section aria-label="Requests">
      <div class="section-head">
        <h2>Requests</h2>
        {store.rows.size > 5 && (
          <input
            type="search"
            aria-label="Filter requests"
            placeholder="Filter"
            value={filter.value}
            onInput={(event) => (filter.value = event.currentTarget.value)}
          />
        )}
        <ColumnChoice hidden={hidden} />
      </div>
      <div
        class="table-scroll"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="Table of requests"
        style={isLong ? { height: `${(MOST_ROWS + 2) * ROW_HEIGHT}px` } : {}}
        onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      >
        <table class="requests" aria-rowcount={rows.length + 2}>
          <thead>
            <tr>
              <Heading column={{ key: 'name', heading: 'Request' }} sorting={sorting} />
              {columns.map((column) => (
                <Heading key={column.key} column={column} sorting={sorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {space(first)}
            {seen.map((row, index) => (
              <tr
                key={row.index}
                aria-rowindex={first + index + 2}
                class={chosen.value === row.index ? 'chosen' : ''}
              >
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={chosen.value === row.index}
                    title="Show its charts"
                    onClick={() => (chosen.value = chosen.value === row.index ? undefined : row.index)}
                  >
                    <span class="method">{row.method}</span> {row.name}
                  </button>
                </th>
                <Cells row={row} columns={columns} store={store} />
              </tr>
            ))}
            {space(rows.length - first - seen.length)}
            {rows.length === 0 && (
              <tr>
                <td class="none" colSpan={columns.length + 1}>
                  {filter.value === '' ? 'No request has ended yet.' : 'No request has this in its name.'}
                </td>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All requests</th>
              {store.total !== undefined && (
                <Cells
                  row={{ ...store.total, index: undefined, method: '', name: '' }}
                  columns={columns}
                  store={store}
                />
              )}
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  )
}

function Cells({
  row,
  columns,
  store,
}: {
  readonly row: Shown
  readonly columns: readonly Column[]
  readonly store: RunStore
}) {
  return (
    <>
      {columns.map(({ key, value, format }) => {
        const figure = value(row, store)
        const isBad = key.startsWith('fail') && figure !== null && figure > 0
        return (
          <td key={key} class={isBad ? 'bad' : ''}>
            {format(figure)}
          </td>
        )
      })}
    </>
  )
}

function Heading({
  column: { key, heading, unit },
  sorting,
}: {
  readonly column: Pick<Column, 'key' | 'heading' | 'unit'>
  readonly sorting: Signal<Sorting>
}) {
  const { key: by, isRising } = sorting.value
  const isBy = by === key
  return (
    <th scope="col" aria-sort={isBy ? (isRising ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        onClick={() => (sorting.value = { key, isRising: isBy ? !isRising : key === 'name' })}
      >
        {heading}
        {unit !== undefined && <small> {unit}</small>}
        <span class="arrow" aria-hidden="true">
          {isBy ? (isRising ? '↑' : '↓') : ''}
        </span>
      </button>
    </th>
  )
}

function ColumnChoice({ hidden }: { readonly hidden: Signal<Set<string>> }) {
  const turn = (key: string): void => {
    const next = new Set(hidden.value)
    if (!next.delete(key)) next.add(key)
    hidden.value = next
  }
  return (
    <details class="menu">
      <summary>Columns</summary>
      <div class="menu-body">
        {COLUMNS.map(({ key, heading, unit }) => (
          <label key={key} class="check">
            <input type="checkbox" checked={!hidden.value.has(key)} onChange={() => turn(key)} /> {heading}{' '}
            {unit === '/s' ? unit : ''}
          </label>
        ))}
      </div>
    </details>
  )
}

function filtered(rows: readonly RowWire[], filter: string): readonly RowWire[] {
  const wanted = filter.trim().toLowerCase()
  return wanted === ''
    ? rows
    : rows.filter(({ method, name }) => `${method} ${name}`.toLowerCase().includes(wanted))
}

function sorted(rows: readonly RowWire[], { key, isRising }: Sorting, store: RunStore): RowWire[] {
  const direction = isRising ? 1 : -1
  const column = COLUMNS.find((each) => each.key === key)
  if (column === undefined)
    return rows.toSorted(
      (a, b) => direction * (a.name < b.name ? -1 : a.name > b.name ? 1 : a.method < b.method ? -1 : 1),
    )
  const valued = rows.map((row) => ({ row, value: column.value(row, store) ?? -1 }))
  return valued.toSorted((a, b) => direction * (a.value - b.value)).map(({ row }) => row)
}
