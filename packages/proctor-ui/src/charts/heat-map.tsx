import { signal, useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { formatTime } from '../format.ts'
import type { RunStore } from '../run/run-store.ts'
import { colorOf } from './colors.ts'
import { Frame } from './frame.tsx'
import { type Heat, Heater, PER_DOUBLING } from './heat.ts'
import { type Channels, HeatPicture } from './heat-picture.ts'
import { Plot, zoom } from './plot.tsx'

const HEIGHT = 148
const TITLE = 'Latency, all requests'
const LABEL = signal('Heat map of how many requests took how long, over the time of the run')

/** How many requests took how long, over the time of a run: what percentiles hide, such as two kinds of answers. */
export function HeatMap({ store }: { readonly store: RunStore }) {
  const heater = useRef<Heater | undefined>(undefined)
  heater.current ??= new Heater(store)
  const picture = useRef<HeatPicture | undefined>(undefined)
  picture.current ??= new HeatPicture()
  const made = useComputed(() => {
    void store.version.value
    return heater.current!.heat(zoom.value ?? { from: 0, to: store.seconds.length })
  })
  const isOn = useComputed(() => store.isOn)
  const data = useComputed((): uPlot.AlignedData => {
    const { from, to, low } = made.value
    return [
      [from, to],
      [low, low],
    ]
  })
  const legend = (
    <li>
      <i class="key ramp" /> the stronger, the more requests
    </li>
  )
  return (
    <Frame title={TITLE} legend={legend}>
      <Plot
        label={LABEL}
        height={HEIGHT}
        isOn={isOn}
        options={() => ({
          series: [{}, { stroke: 'transparent', points: { show: false } }],
          scales: { y: { range: () => [made.peek().low, made.peek().high + 1] } },
          yAxis: {
            splits: (_, __, low, high) => splitsOf(low, high),
            values: (_, splits) => splits.map((bucket) => formatTime(2 ** (bucket / PER_DOUBLING) * 1000)),
            grid: { show: false },
          },
          hooks: { drawAxes: [(plot) => drawHeat(plot, made.peek(), picture.current!)] },
        })}
        data={data}
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

function drawHeat(plot: uPlot, heat: Heat, picture: HeatPicture): void {
  const { columns, from, to, low, high } = heat
  if (columns.length === 0) return
  const canvas = picture.of(heat, channelsOf(colorOf('p95')))
  const { ctx, bbox } = plot
  const [left, right] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)]
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.imageSmoothingEnabled = false
  ctx.drawImage(canvas, 0, 0, columns.length, high - low + 1, left, bbox.top, right - left, bbox.height)
  ctx.restore()
}

let read: { readonly color: string; readonly channels: Channels } | undefined

/** Whatever way a colour is written in. */
function channelsOf(color: string): Channels {
  if (read?.color !== color) read = { color, channels: painted(color) }
  return read.channels
}

function painted(color: string): Channels {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!
  context.fillStyle = color
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return [red!, green!, blue!]
}
