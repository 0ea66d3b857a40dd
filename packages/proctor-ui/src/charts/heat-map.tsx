import { useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { formatTime } from '../format.ts'
import type { RunStore } from '../run/run-store.ts'
import { colorOf, faint } from './colors.ts'
import { Plot, zoom } from './plot.tsx'

const HEIGHT = 148
/** Buckets of scale 2: four to each doubling. */
const PER_DOUBLING = 4
const MOST_COLUMNS = 240

interface Heat {
  readonly store: RunStore | undefined
  /** The second with which the first column begins. */
  readonly first: number
  readonly times: number[]
  readonly columns: ReadonlyMap<number, number>[]
  readonly low: number
  readonly high: number
  readonly most: number
  readonly step: number
}

/** How many requests took how long, over the time of a run: what percentiles hide, such as two kinds of answers. */
export function HeatMap({ store }: { readonly store: RunStore }) {
  void store.version.value
  const { from, to } = zoom.value ?? { from: 0, to: store.seconds.length }
  const heat = useRef(EMPTY)
  heat.current = heatOf(store, Math.max(0, from), Math.min(to, store.seconds.length), heat.current)
  return (
    <figure class="chart">
      <figcaption>
        <h3>Latency, all requests</h3>
        <ul class="legend">
          <li>
            <i class="key ramp" /> darker: more requests in that time
          </li>
        </ul>
      </figcaption>
      <Plot
        label="Heat map of how many requests took how long, over the time of the run"
        height={HEIGHT}
        options={() => ({
          series: [{}, { stroke: 'transparent', points: { show: false } }],
          scales: { y: { range: () => [heat.current.low, heat.current.high + 1] } },
          yAxis: {
            values: (_, splits) => splits.map(bucketLabel),
            incrs: [2, 4, 8, 16, 32],
            grid: { show: false },
          },
          hooks: { drawAxes: [(plot) => drawHeat(plot, heat.current)] },
        })}
        data={() => [heat.current.times, heat.current.times.map(() => heat.current.low)]}
      />
    </figure>
  )
}

const EMPTY: Heat = {
  store: undefined,
  first: 0,
  times: [],
  columns: [],
  low: -40,
  high: 0,
  most: 1,
  step: 1,
}

/** What was drawn before is kept: of a run that grows only the last column is new. */
function heatOf(store: RunStore, from: number, to: number, before: Heat): Heat {
  const step = Math.max(1, Math.ceil((to - from) / MOST_COLUMNS))
  const first = from - (from % step)
  const isSame = before.first === first && before.step === step && before.store === store
  const known = isSame ? Math.max(0, before.columns.length - 1) : 0
  const columns = isSame ? before.columns.slice(0, known) : []
  const times = isSame ? before.times.slice(0, known) : []
  for (let start = first + known * step; start < to; start += step) {
    const end = Math.min(start + step, store.seconds.length)
    times.push(store.seconds[end - 1]!.at)
    columns.push(columnOf(store, start, end))
  }
  return { store, first, step, times, columns, ...boundsOf(columns) }
}

function columnOf({ seconds }: RunStore, start: number, end: number): Map<number, number> {
  const column = new Map<number, number>()
  for (const { latencies } of seconds.slice(start, end)) {
    for (let i = 0; i < latencies.length; i += 2) {
      column.set(latencies[i]!, (column.get(latencies[i]!) ?? 0) + latencies[i + 1]!)
    }
  }
  return column
}

function boundsOf(columns: readonly ReadonlyMap<number, number>[]): Pick<Heat, 'low' | 'high' | 'most'> {
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

function bucketLabel(bucket: number): string {
  return formatTime(2 ** (bucket / PER_DOUBLING) * 1000)
}

function drawHeat(plot: uPlot, { times, columns, low, high, most, step }: Heat): void {
  const color = colorOf('p95')
  const shades = Array.from({ length: 16 }, (_, i) => faint(color, 0.1 + (0.9 * i) / 15))
  const { ctx } = plot
  const tops = Array.from({ length: high - low + 2 }, (_, i) => plot.valToPos(low + i, 'y', true))
  ctx.save()
  ctx.beginPath()
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height)
  ctx.clip()
  for (const [index, column] of columns.entries()) {
    const right = plot.valToPos(times[index]!, 'x', true)
    const left = plot.valToPos(times[index]! - step, 'x', true)
    for (const [bucket, count] of column) {
      const top = tops[bucket + 1 - low]!
      ctx.fillStyle = shades[Math.round(Math.sqrt(count / most) * 15)]!
      ctx.fillRect(left, top, Math.max(1, right - left), tops[bucket - low]! - top)
    }
  }
  ctx.restore()
}
