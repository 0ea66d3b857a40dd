import { useRef } from 'preact/hooks'
import type { Steering } from 'proctor/wire'
import type uPlot from 'uplot'
import { type Measure, type Points, resample } from '../run/resample.ts'
import type { RunStore } from '../run/run-store.ts'
import { type Color, colorOf, faint } from './colors.ts'
import { savePicture } from './picture.ts'
import { cursor, Plot, zoom } from './plot.tsx'

export interface Line {
  readonly label: string
  readonly color: Color
  readonly measure: Measure
  /** Whether the area below is filled. */
  readonly fills?: boolean
  /** From another run, laid over this one. */
  readonly isOther?: boolean
}

export interface ChartProps {
  readonly title: string
  readonly lines: readonly Line[]
  readonly format: (value: number | null) => string
  /** Whether there are no halves of it. */
  readonly isWhole?: true
  readonly store: RunStore
  /** Laid over, second by second. */
  readonly other?: RunStore | undefined
  /** Which requests; `undefined` is all. */
  readonly name?: number | undefined
  readonly otherName?: number | undefined
}

const HEIGHT = 148
const WHOLE = [1, 2, 5]
  .flatMap((step) => [step, step * 10, step * 100, step * 1e3, step * 1e4, step * 1e5])
  .toSorted((a, b) => a - b)

/** Lines over the time of a run, with what they say where the cursor is, or now. */
export function Chart({ title, lines, format, isWhole, store, other, name, otherName }: ChartProps) {
  void store.version.value
  void other?.version.value
  const span = zoom.value ?? { from: 0, to: Math.max(store.seconds.length, other?.seconds.length ?? 0) }
  const own = resample(
    store,
    store.columnsOf(name),
    lines.map(({ measure }) => measure),
    span,
  )
  const points =
    other === undefined
      ? own
      : merged(
          own,
          resample(
            other,
            other.columnsOf(otherName ?? name),
            lines.map(({ measure }) => measure),
            span,
          ),
        )
  const drawn =
    other === undefined
      ? lines
      : [...lines, ...lines.map((line) => ({ ...line, isOther: true, fills: false }))]
  const markers = useRef<readonly Steering[]>([])
  markers.current = store.head.value?.steering ?? []
  const at = indexAt(points, cursor.value)
  const said = drawn.map((line, index) => ({ ...line, value: points.lines[index]![at] ?? null }))
  const label = `${title}: ${said.map((line) => `${line.label} ${format(line.value)}`).join(', ')}`
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <ul class="legend">
          {said.map((line) => (
            <li key={`${line.label}${line.isOther}`}>
              <i class={`key ${line.color} ${line.isOther ? 'dashed' : ''}`} />
              {line.isOther ? `${line.label} (other)` : line.label} <b>{format(line.value)}</b>
            </li>
          ))}
        </ul>
        <button
          type="button"
          class="quiet small"
          aria-label={`Save ${title} as PNG`}
          title="Save as PNG"
          onClick={(event) => savePicture(event.currentTarget.closest('figure')!, title)}
        >
          PNG
        </button>
      </figcaption>
      <Plot
        key={drawn.length}
        label={label}
        height={HEIGHT}
        options={() => ({
          series: [{}, ...drawn.map((line) => seriesOf(line))],
          scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : isWhole === true ? 4 : 1] } },
          yAxis: {
            values: (_, splits) => splits.map((value) => format(value)),
            ...(isWhole === true ? { incrs: WHOLE } : {}),
          },
          hooks: { draw: [(plot) => drawMarkers(plot, markers.current)] },
        })}
        data={() => [points.times, ...points.lines] as uPlot.AlignedData}
      />
      {points.step > 1 && <p class="note">Each point is {points.step} s; of percentiles the worst.</p>}
    </figure>
  )
}

function seriesOf({ color, fills, isOther }: Line): uPlot.Series {
  const stroke = colorOf(color)
  return {
    stroke,
    width: 1.5,
    points: { show: false },
    ...(fills === true ? { fill: faint(stroke, 0.14) } : {}),
    ...(isOther === true ? { dash: [4, 3] } : {}),
  }
}

function indexAt({ times }: Points, at: number | undefined): number {
  if (at === undefined) return times.length - 1
  return nearest(times, at)
}

function nearest(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < at) low = middle + 1
    else high = middle
  }
  return low > 0 && at - times[low - 1]! < times[low]! - at ? low - 1 : low
}

/** Two runs on one time: each has its own clock, so second stands by second. */
function merged(own: Points, other: Points): Points {
  const longer = own.times.length >= other.times.length ? own.times : other.times
  const fitted = (line: (number | null)[]): (number | null)[] => longer.map((_, index) => line[index] ?? null)
  return { times: longer, lines: [...own.lines, ...other.lines].map(fitted), step: own.step }
}

/** Where the load was changed by hand. */
function drawMarkers(plot: uPlot, markers: readonly Steering[]): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colorOf('quiet')
  ctx.textAlign = 'left'
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.font = `${11 * devicePixelRatio}px system-ui`
  for (const { elapsedMs, target } of markers) {
    const x = Math.round(plot.valToPos(elapsedMs / 1000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.fillText(`→ ${target}`, x + 3 * devicePixelRatio, bbox.top + 10 * devicePixelRatio)
  }
  ctx.restore()
}
