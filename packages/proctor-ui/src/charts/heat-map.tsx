import { useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { formatTime } from '../format.ts'
import type { RunStore } from '../run/run-store.ts'
import { colorOf } from './colors.ts'
import { Frame } from './frame.tsx'
import { type Heat, Heater, PER_DOUBLING } from './heat.ts'
import { Plot, zoom } from './plot.tsx'

const HEIGHT = 148
const TITLE = 'Latency, all requests'

/** How many requests took how long, over the time of a run: what percentiles hide, such as two kinds of answers. */
export function HeatMap({ store }: { readonly store: RunStore }) {
  const heater = useRef<Heater | undefined>(undefined)
  heater.current ??= new Heater(store)
  const made = useComputed(() => {
    void store.version.value
    return heater.current!.heat(zoom.value ?? { from: 0, to: store.seconds.length })
  })
  const isOn = useComputed(() => store.isOn)
  const heat = made.value
  const legend = (
    <li>
      <i class="key ramp" /> the darker, the more requests
    </li>
  )
  return (
    <Frame title={TITLE} legend={legend}>
      <Plot
        label="Heat map of how many requests took how long, over the time of the run"
        height={HEIGHT}
        isOn={isOn.value}
        options={() => ({
          series: [{}, { stroke: 'transparent', points: { show: false } }],
          scales: { y: { range: () => [made.peek().low, made.peek().high + 1] } },
          yAxis: {
            splits: (_, __, low, high) => splitsOf(low, high),
            values: (_, splits) => splits.map((bucket) => formatTime(2 ** (bucket / PER_DOUBLING) * 1000)),
            grid: { show: false },
          },
          hooks: { drawAxes: [(plot) => drawHeat(plot, made.peek())] },
        })}
        data={() => [
          [heat.from, heat.to],
          [heat.low, heat.low],
        ]}
      />
    </Frame>
  )
}

const MOST_LABELS = 5

/** Where round times stand among the buckets: powers of ten, or where these are few, twice and five times as much, too. */
function splitsOf(low: number, high: number): number[] {
  const decades = Array.from({ length: 12 }, (_, power) => 10 ** (power - 7))
  const within = (times: readonly number[]): number[] =>
    times.map((seconds) => PER_DOUBLING * Math.log2(seconds)).filter((at) => at >= low && at <= high)
  const fine = within(decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]))
  return fine.length <= MOST_LABELS ? fine : within(decades)
}

const SHADES = 16

/** One pixel for each column and bucket, then stretched to the plot. */
function drawHeat(plot: uPlot, { columns, from, to, low, high, most }: Heat): void {
  if (columns.length === 0) return
  const [red, green, blue] = channelsOf(colorOf('p95'))
  const image = new ImageData(columns.length, high - low + 1)
  for (const [x, column] of columns.entries()) {
    for (const [bucket, count] of column) {
      const shade = Math.round(Math.sqrt(count / most) * SHADES) / SHADES
      image.data.set(
        [red, green, blue, 255 * (0.1 + 0.9 * shade)],
        4 * ((high - bucket) * columns.length + x),
      )
    }
  }
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  const { ctx, bbox } = plot
  const [left, right] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)]
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.imageSmoothingEnabled = false
  ctx.drawImage(canvas, left, bbox.top, right - left, bbox.height)
  ctx.restore()
}

/** Whatever way a colour is written in. */
function channelsOf(color: string): readonly [number, number, number] {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!
  context.fillStyle = color
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return [red!, green!, blue!]
}
