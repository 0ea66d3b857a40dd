import { useSignal } from '@preact/signals'
import { Chart } from '../charts/chart.tsx'
import { HeatMap } from '../charts/heat-map.tsx'
import type { Line } from '../charts/line.ts'
import { zoom } from '../charts/plot.tsx'
import { formatBytes, formatClock, formatCount, formatRate, formatTime } from '../format.ts'
import { COUNT, FAILURES, P50, P95, P99 } from './columns.ts'
import { OwnFigures } from './own-figures.tsx'
import { RequestTable } from './request-table.tsx'
import { bytesPerSecond, most, perSecond, worst } from './resample.ts'
import type { RunStore } from './run-store.ts'

export const CHARTS: readonly {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: (value: number | null) => string
  readonly isOverall?: true
  readonly isWhole?: true
}[] = [
  {
    title: 'Requests/s',
    format: formatRate,
    lines: [
      { label: 'all', color: 'rate', measure: perSecond(COUNT), fills: true },
      { label: 'failed', color: 'bad', measure: perSecond(FAILURES), fills: true },
    ],
  },
  {
    title: 'Response time',
    format: formatTime,
    lines: [
      { label: 'p50', color: 'p50', measure: worst(P50) },
      { label: 'p95', color: 'p95', measure: worst(P95) },
      { label: 'p99', color: 'p99', measure: worst(P99) },
    ],
  },
  {
    title: 'Users',
    format: whole,
    isOverall: true,
    isWhole: true,
    lines: [{ label: 'at work', color: 'ink', measure: most('users') }],
  },
  {
    title: 'In flight',
    format: whole,
    isOverall: true,
    isWhole: true,
    lines: [{ label: 'without an answer yet', color: 'ink', measure: most('inFlight') }],
  },
  {
    title: 'Bytes/s',
    format: formatBytes,
    lines: [{ label: 'of answers', color: 'rate', measure: bytesPerSecond }],
  },
]

function whole(value: number | null): string {
  return value === null ? '–' : formatCount(value)
}

export interface OverviewProps {
  readonly store: RunStore
  /** Another run, laid over this one. */
  readonly other?: RunStore | undefined
}

export function Overview({ store, other }: OverviewProps) {
  const chosen = useSignal<number | undefined>(undefined)
  const row = chosen.value === undefined ? undefined : store.rows.get(chosen.value)
  const otherName =
    row === undefined || other === undefined
      ? undefined
      : [...other.rows.values()].find(({ method, name }) => method === row.method && name === row.name)?.index
  return (
    <>
      <RequestTable
        store={store}
        chosen={chosen}
        heading={other === undefined ? 'Requests' : 'Requests of the first run'}
      />
      <OwnFigures store={store} />
      <section aria-label="Charts">
        <div class="section-head">
          <h2>{row === undefined ? 'All requests' : `${row.method} ${row.name}`}</h2>
          {row !== undefined && (
            <button type="button" class="quiet" onClick={() => (chosen.value = undefined)}>
              Show all requests
            </button>
          )}
          {zoom.value !== undefined && (
            <button type="button" class="quiet" onClick={() => (zoom.value = undefined)}>
              {formatClock(zoom.value.from)}–{formatClock(zoom.value.to)}: show the whole run
            </button>
          )}
        </div>
        <div class="charts">
          {CHARTS.filter(({ isOverall }) => row === undefined || isOverall === undefined).map((chart) => (
            <Chart
              key={`${chart.title} ${chosen.value}`}
              {...chart}
              store={store}
              other={other}
              name={chosen.value}
              otherName={otherName}
            />
          ))}
          {row === undefined && other === undefined && <HeatMap store={store} />}
        </div>
      </section>
    </>
  )
}
