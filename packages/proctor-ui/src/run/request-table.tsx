import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { Filter } from '../parts/filter.tsx'
import { ColumnChoice } from './column-choice.tsx'
import { Cells } from './request-cells.tsx'
import { type Column, COLUMNS, orderOf, type Sorting } from './request-columns.ts'
import type { RunStore } from './run-store.ts'

const ROW_HEIGHT = 34
/** Up to so many the table is as long as it is; beyond it scrolls, and only what is in sight is there. */
const MOST_ROWS = 14
const SPARE_ROWS = 4

export interface RequestTableProps {
  readonly store: RunStore
  /** By its index; its charts are shown. */
  readonly chosen: Signal<number | undefined>
}

/** A row for each request: made anew when the order changes; with a tick only the text of those cells that say something else. */
export function RequestTable({ store, chosen }: RequestTableProps) {
  const sorting = useSignal<Sorting>({ key: 'name', isRising: true })
  const filter = useSignal('')
  const hidden = useSignal(new Set(COLUMNS.filter(({ isHidden }) => isHidden).map(({ key }) => key)))
  const top = useSignal(0)
  const order = useOrder(store, filter, sorting).value
  const isMany = useComputed(() => store.version.value > 0 && store.rows.size > 5)
  const isOn = useComputed(() => store.isOn)
  const columns = useMemo(
    () =>
      COLUMNS.filter(({ key, isOfNow }) => !hidden.value.has(key) && (isOfNow === undefined || isOn.value)),
    [hidden.value, isOn.value],
  )
  const isLong = order.length > MOST_ROWS
  const first = isLong ? Math.max(0, Math.min(top.value - SPARE_ROWS, order.length - MOST_ROWS)) : 0
  const seen = isLong ? order.slice(first, first + MOST_ROWS + 2 * SPARE_ROWS) : order
  return (
    <section aria-label="Requests">
      <div class="section-head">
        <h2>Requests</h2>
        {isMany.value && <Filter text={filter} />}
        <ColumnChoice hidden={hidden} />
      </div>
      <div
        class="table-scroll"
        tabIndex={0}
        role="region"
        aria-label="Table of requests"
        style={isLong ? { height: `${(MOST_ROWS + 2) * ROW_HEIGHT}px` } : {}}
        onScroll={(event) => (top.value = Math.floor(event.currentTarget.scrollTop / ROW_HEIGHT))}
      >
        <table class="requests" aria-rowcount={order.length + 2}>
          <thead>
            <tr>
              <Heading column={{ key: 'name', heading: 'Request' }} sorting={sorting} />
              {columns.map((column) => (
                <Heading key={column.key} column={column} sorting={sorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Space rows={first} />
            {seen.map((index, place) => (
              <Row
                key={index}
                index={index}
                place={first + place}
                store={store}
                columns={columns}
                chosen={chosen}
              />
            ))}
            <Space rows={order.length - first - seen.length} />
            {order.length === 0 && (
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
              <Cells index={undefined} columns={columns} store={store} />
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  )
}

/** The same array as long as the order is the same. */
function useOrder(
  store: RunStore,
  filter: Signal<string>,
  sorting: Signal<Sorting>,
): ReadonlySignal<readonly number[]> {
  const before = useRef<readonly number[]>([])
  const names = useComputed(() => store.version.value >= 0 && store.rows.size)
  const byName = useComputed(() => {
    void names.value
    return orderOf(store, filter.value, sorting.value)
  })
  return useComputed(() => {
    if (sorting.value.key === 'name') return byName.value
    void store.version.value
    const order = orderOf(store, filter.value, sorting.value)
    const isSame =
      order.length === before.current.length && order.every((row, at) => row === before.current[at])
    if (!isSame) before.current = order
    return before.current
  })
}

function Space({ rows }: { readonly rows: number }) {
  return rows > 0 ? <tr aria-hidden="true" style={{ height: `${rows * ROW_HEIGHT}px` }} /> : null
}

interface RowProps extends Pick<RequestTableProps, 'store' | 'chosen'> {
  readonly index: number
  readonly place: number
  readonly columns: readonly Column[]
}

function Row({ index, place, store, columns, chosen }: RowProps) {
  const { method, name } = store.rows.get(index)!
  const isChosen = chosen.value === index
  return (
    <tr aria-rowindex={place + 2} class={isChosen ? 'chosen' : ''}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={isChosen}
          title="Show its charts"
          onClick={() => (chosen.value = isChosen ? undefined : index)}
        >
          <span class="method">{method}</span> {name}
        </button>
      </th>
      <Cells index={index} columns={columns} store={store} />
    </tr>
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
