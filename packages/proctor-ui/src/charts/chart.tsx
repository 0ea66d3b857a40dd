import { type ReadonlySignal, useComputed } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { type Points, Sampler } from '../run/resample.ts'
import type { RunStore } from '../run/run-store.ts'
import { colorOf, faint } from './colors.ts'
import { Frame } from './frame.tsx'
import { Legend } from './legend.tsx'
import type { Drawn, Line } from './line.ts'
import { drawMarkers } from './markers.ts'
import { Plot, zoom } from './plot.tsx'

export interface ChartProps {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: (value: number | null) => string
  /** Whether there are no halves of it. */
  readonly isWhole?: true
  /** What its figures of a whole run are: `in all`, unless given. */
  readonly ofWhole?: string
  readonly store: RunStore
  /** Laid over, second by second. */
  readonly other?: RunStore | undefined
  /** Which requests; `undefined` is all. Another needs another chart. */
  readonly name?: number | undefined
  readonly otherName?: number | undefined
}

const HEIGHT = 148
const WHOLE = [1, 2, 5]
  .flatMap((step) => [step, step * 10, step * 100, step * 1e3, step * 1e4, step * 1e5])
  .toSorted((a, b) => a - b)

/** Lines over the time of a run; drawn anew when there is another point of them, not with every tick. */
export function Chart(props: ChartProps) {
  const { title, lines, format, isWhole, ofWhole = 'in all', store, other, name, otherName } = props
  const points = usePoints(props)
  const isOn = useComputed(() => store.isOn)
  // Two runs are laid over each other as they were read.
  const wholes = useComputed(() => {
    void store.version.value
    if (store.isOn && other === undefined) return undefined
    const ofOther = other === undefined ? [] : lines.map(({ whole }) => whole(other, otherName))
    return [...lines.map(({ whole }) => whole(store, name)), ...ofOther]
  })
  const step = useComputed(() => points.value.step)
  const drawn: readonly Drawn[] =
    other === undefined
      ? lines
      : [...lines, ...lines.map((line) => ({ ...line, isOther: true, fills: false }))]
  const label = useComputed(() => {
    const figures = wholes.value ?? points.value.lines.map((line) => line.at(-1) ?? null)
    return `${title}: ${drawn.map((line, at) => `${line.label}${line.isOther === true ? ' (other)' : ''} ${format(figures[at] ?? null)}`).join(', ')}`
  })
  const data = useComputed(() => [points.value.times, ...points.value.lines] as unknown as uPlot.AlignedData)
  return (
    <Frame title={title} legend={<Legend {...{ lines, points, wholes, ofWhole, format }} />}>
      <Plot
        key={drawn.length}
        label={label}
        height={HEIGHT}
        isOn={isOn}
        options={() => ({
          series: [{}, ...drawn.map((line) => seriesOf(line))],
          scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : isWhole === true ? 4 : 1] } },
          yAxis: {
            values: (_, splits) => splits.map((value) => rounded(format(value))),
            ...(isWhole === true ? { incrs: WHOLE } : {}),
          },
          hooks: { draw: [(plot) => drawMarkers(plot, store.head.peek())] },
        })}
        data={data}
      />
      {step.value > 1 && <p class="note">Each point is {step} s; of percentiles the worst.</p>}
    </Frame>
  )
}

function usePoints({ store, other, lines, name, otherName }: ChartProps): ReadonlySignal<Points> {
  const samplers = useRef<readonly Sampler[]>([])
  const before = useRef<{ readonly parts: readonly Points[]; readonly whole: Points } | undefined>(undefined)
  if (samplers.current.length === 0) {
    const measures = lines.map(({ measure }) => measure)
    samplers.current = [
      new Sampler(store, name, measures),
      ...(other === undefined ? [] : [new Sampler(other, otherName, measures)]),
    ]
  }
  return useComputed(() => {
    void store.version.value
    const span = zoom.value ?? { from: 0, to: Math.max(store.seconds.length, other?.seconds.length ?? 0) }
    const parts = samplers.current.map((sampler) => sampler.points(span))
    const isSame = before.current?.parts.every((part, at) => part === parts[at]) === true
    if (!isSame) before.current = { parts, whole: laidOver(parts) }
    return before.current!.whole
  })
}

/** Runs on one time: each has its own clock, so second stands by second. */
function laidOver([one, other]: readonly Points[]): Points {
  if (other === undefined) return one!
  const longer = one!.times.length >= other.times.length ? one! : other
  const fitted = (line: readonly (number | null)[]): (number | null)[] =>
    longer.times.map((_, index) => line[index] ?? null)
  return { times: longer.times, lines: [...one!.lines, ...other.lines].map(fitted), step: longer.step }
}

/** `75.0 ms` as `75 ms`: what stands at an axis is round. */
function rounded(text: string): string {
  return text.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '')
}

function seriesOf({ color, fills, isOther }: Drawn): uPlot.Series {
  const stroke = colorOf(color)
  return {
    stroke,
    width: 1.5,
    points: { show: false },
    ...(fills === true ? { fill: faint(stroke, 0.14) } : {}),
    ...(isOther === true ? { dash: [4, 3] } : {}),
  }
}
