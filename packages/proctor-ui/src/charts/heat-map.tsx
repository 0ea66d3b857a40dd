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
  heat.current = heatOf(store, Math.max(0, from), Math.min(to, store.seconds.length))
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

const EMPTY: Heat = { times: [], columns: [], low: -40, high: 0, most: 1, step: 1 }

function heatOf({ seconds }: RunStore, from: number, to: number): Heat {
  const step = Math.max(1, Math.ceil((to - from) / MOST_COLUMNS))
  const [times, columns]: [number[], Map<number, number>[]] = [[], []]
  let [low, high, most] = [Infinity, -Infinity, 1]
  for (let start = from - (from % step); start < to; start += step) {
    const column = new Map<number, number>()
    const end = Math.min(start + step, seconds.length)
    for (const { latencies } of seconds.slice(start, end)) {
      for (let i = 0; i < latencies.length; i += 2) {
        const count = (column.get(latencies[i]!) ?? 0) + latencies[i + 1]!
        column.set(latencies[i]!, count)
        most = Math.max(most, count)
        low = Math.min(low, latencies[i]!)
        high = Math.max(high, latencies[i]!)
      }
    }
    times.push(seconds[end - 1]!.at)
    columns.push(column)
  }
  return low > high ? { ...EMPTY, times, columns, step } : { times, columns, low, high, most, step }
}

function bucketLabel(bucket: number): string {
  return formatTime(2 ** (bucket / PER_DOUBLING) * 1000)
}

function drawHeat(plot: uPlot, { times, columns, most, step }: Heat): void {
  const color = colorOf('p95')
  const shades = Array.from({ length: 16 }, (_, i) => faint(color, 0.1 + (0.9 * i) / 15))
  const { ctx } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height)
  ctx.clip()
  for (const [index, column] of columns.entries()) {
    const right = plot.valToPos(times[index]!, 'x', true)
    const left = plot.valToPos(times[index]! - step, 'x', true)
    for (const [bucket, count] of column) {
      const top = plot.valToPos(bucket + 1, 'y', true)
      ctx.fillStyle = shades[Math.round(Math.sqrt(count / most) * 15)]!
      ctx.fillRect(left, top, Math.max(1, right - left), plot.valToPos(bucket, 'y', true) - top)
    }
  }
  ctx.restore()
}
