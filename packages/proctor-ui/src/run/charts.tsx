import { Chart } from '../charts/chart.tsx'
import { HeatMap } from '../charts/heat-map.tsx'
import type { Line } from '../charts/line.ts'
import { zoom } from '../charts/plot.tsx'
import { formatBytes, formatClock, formatCount, formatRate, formatTime } from '../format.ts'
import { COUNT, FAILURES, P50, P95, P99 } from './columns.ts'
import { bytesPerSecond, most, perSecond, worst } from './resample.ts'
import type { RunStore } from './run-store.ts'
import { bytesOfAll, figureOfAll, peak, rateOfAll } from './whole.ts'

const CHARTS: readonly {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: (value: number | null) => string
  readonly isOverall?: true
  readonly isWhole?: true
  /** What its figures of a whole run are. */
  readonly ofWhole?: string
}[] = [
  {
    title: 'Requests/s',
    format: formatRate,
    lines: [
      { label: 'all', color: 'rate', measure: perSecond(COUNT), whole: rateOfAll('count'), fills: true },
      {
        label: 'failed',
        color: 'bad',
        measure: perSecond(FAILURES),
        whole: rateOfAll('failures'),
        fills: true,
      },
    ],
  },
  {
    title: 'Response time',
    format: formatTime,
    lines: [
      { label: 'p50', color: 'p50', measure: worst(P50), whole: figureOfAll('medianMs') },
      { label: 'p95', color: 'p95', measure: worst(P95), whole: figureOfAll('p95Ms') },
      { label: 'p99', color: 'p99', measure: worst(P99), whole: figureOfAll('p99Ms') },
    ],
  },
  {
    title: 'Users',
    format: whole,
    isOverall: true,
    isWhole: true,
    ofWhole: 'at the peak',
    lines: [{ label: 'at work', color: 'ink', measure: most('users'), whole: peak('users') }],
  },
  {
    title: 'In flight',
    format: whole,
    isOverall: true,
    isWhole: true,
    ofWhole: 'at the peak',
    lines: [
      { label: 'without an answer yet', color: 'ink', measure: most('inFlight'), whole: peak('inFlight') },
    ],
  },
  {
    title: 'Bytes/s',
    format: formatBytes,
    lines: [{ label: 'of answers', color: 'rate', measure: bytesPerSecond, whole: bytesOfAll }],
  },
]

function whole(value: number | null): string {
  return value === null ? '–' : formatCount(value)
}

export interface ChartsProps {
  readonly store: RunStore
  /** Another run, laid over this one. */
  readonly other?: RunStore | undefined
  /** By method and name; `undefined` is all. */
  readonly chosen: string | undefined
  readonly onShowAll: () => void
}

/** A run over its time: all of its requests, or those of one name. */
export function Charts({ store, other, chosen, onShowAll }: ChartsProps) {
  return (
    <section aria-label="Charts">
      <div class="section-head">
        <h2>{chosen ?? 'All requests'}</h2>
        {chosen !== undefined && (
          <button type="button" class="quiet" onClick={onShowAll}>
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
        {CHARTS.filter(({ isOverall }) => chosen === undefined || isOverall === undefined).map((chart) => (
          <Chart
            key={`${chart.title} ${chosen}`}
            {...chart}
            store={store}
            other={other}
            name={store.indexOf(chosen)}
            otherName={other?.indexOf(chosen)}
          />
        ))}
        {chosen === undefined && other === undefined && <HeatMap store={store} />}
      </div>
    </section>
  )
}
