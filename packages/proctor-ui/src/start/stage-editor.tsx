import { useRef } from 'preact/hooks'
import { formatClock } from '../format.ts'
import { added, moved, type Point } from './stages.ts'

const WIDTH = 480
const HEIGHT = 208
const LEFT = 44
const BOTTOM = 30
const TOP = 32
const RIGHT = 24

export interface StageEditorProps {
  readonly points: readonly Point[]
  /** What the values are: `users`, `arrivals/s`. */
  readonly unit: string
  /** Left out, the load is only shown. */
  readonly onChange?: (points: readonly Point[]) => void
}

interface Scale {
  readonly seconds: number
  readonly value: number
}

/** A load over time, drawn; its points can be pulled, or moved by the arrow keys. */
export function StageEditor({ points, unit, onChange }: StageEditorProps) {
  const svg = useRef<SVGSVGElement>(null)
  const frozen = useRef<Scale | undefined>(undefined)
  const scale = frozen.current ?? scaleOf(points)
  const start = points[0]?.seconds === 0 ? [] : [{ seconds: 0, value: 0 }]
  const all = [...start, ...points]
  const line = all
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${xOf(point, scale)} ${yOf(point, scale)}`)
    .join('')
  const pull = (index: number, event: PointerEvent): void => {
    const handle = event.currentTarget as SVGElement
    if (!handle.hasPointerCapture(event.pointerId)) return
    const box = svg.current!.getBoundingClientRect()
    const x = ((event.clientX - box.left) * WIDTH) / box.width
    const y = ((event.clientY - box.top) * HEIGHT) / box.height
    onChange?.(moved(points, index, pointAt(x, y, scale)))
  }
  return (
    <svg
      class="stages"
      ref={svg}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="group"
      aria-label={`${unit} over time`}
    >
      <Axes scale={scale} unit={unit} />
      <path
        class="area"
        d={`${line}L${xOf(all.at(-1)!, scale)} ${HEIGHT - BOTTOM}L${LEFT} ${HEIGHT - BOTTOM}z`}
      />
      <path class="edge" d={line} />
      {onChange !== undefined &&
        points.map((point, index) => (
          <circle
            key={index}
            class="handle"
            cx={xOf(point, scale)}
            cy={yOf(point, scale)}
            r={8}
            tabindex={0}
            role="slider"
            aria-label={`Stage ${index + 1}`}
            aria-valuemin={0}
            aria-valuenow={point.value}
            aria-valuetext={`${point.value} ${unit} at ${formatClock(point.seconds)}`}
            onPointerDown={(event) => {
              frozen.current = scale
              event.currentTarget.setPointerCapture(event.pointerId)
            }}
            onPointerMove={(event) => pull(index, event)}
            onPointerUp={(event) => {
              event.currentTarget.releasePointerCapture(event.pointerId)
              frozen.current = undefined
              onChange([...points])
            }}
            onDblClick={() => points.length > 1 && onChange(points.toSpliced(index, 1))}
            onKeyDown={(event) => {
              const next = keyed(points, index, event)
              if (next === undefined) return
              event.preventDefault()
              onChange(next)
            }}
          />
        ))}
    </svg>
  )
}

/** Arrows move a point, ten times as far with Shift; Delete takes it away, Enter makes another behind it. */
function keyed(
  points: readonly Point[],
  index: number,
  { key, shiftKey }: KeyboardEvent,
): readonly Point[] | undefined {
  const by = shiftKey ? 10 : 1
  const { seconds, value } = points[index]!
  switch (key) {
    case 'ArrowLeft':
      return moved(points, index, { seconds: seconds - by, value })
    case 'ArrowRight':
      return moved(points, index, { seconds: seconds + by, value })
    case 'ArrowUp':
      return moved(points, index, { seconds, value: value + by })
    case 'ArrowDown':
      return moved(points, index, { seconds, value: value - by })
    case 'Enter':
      return added(points, index)
    case 'Delete':
    case 'Backspace':
      return points.length > 1 ? points.toSpliced(index, 1) : undefined
  }
  return undefined
}

/** Seconds between two marks of the time. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400]
const MOST_TIMES = 6

function Axes({ scale, unit }: { readonly scale: Scale; readonly unit: string }) {
  const values = [0, scale.value / 2, scale.value]
  const every = TIME_STEPS.find((step) => scale.seconds / step <= MOST_TIMES) ?? scale.seconds
  const times = Array.from({ length: Math.floor(scale.seconds / every) + 1 }, (_, at) => at * every)
  return (
    <g class="axes" aria-hidden="true">
      {values.map((value) => (
        <g key={value}>
          <path d={`M${LEFT} ${yOf({ seconds: 0, value }, scale)}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 6} y={yOf({ seconds: 0, value }, scale) + 4} text-anchor="end">
            {Number(value.toFixed(1))}
          </text>
        </g>
      ))}
      {times.map((seconds) => (
        <text key={seconds} x={xOf({ seconds, value: 0 }, scale)} y={HEIGHT - 9} text-anchor="middle">
          {formatClock(seconds)}
        </text>
      ))}
      <text x={12} y={17} class="unit">
        {unit}
      </text>
    </g>
  )
}

function scaleOf(points: readonly Point[]): Scale {
  const last = points.at(-1)?.seconds ?? 60
  const most = points.reduce((peak, { value }) => Math.max(peak, value), 1)
  return { seconds: Math.max(4, last), value: rounded(most * 1.15) }
}

/** Up to the next number that is good to read. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 10].find((step) => value <= step * power) ?? 10) * power
}

function xOf({ seconds }: Point, scale: Scale): number {
  return LEFT + (seconds / scale.seconds) * (WIDTH - LEFT - RIGHT)
}

function yOf({ value }: Point, scale: Scale): number {
  return HEIGHT - BOTTOM - (value / scale.value) * (HEIGHT - BOTTOM - TOP)
}

function pointAt(x: number, y: number, scale: Scale): Point {
  return {
    seconds: ((x - LEFT) / (WIDTH - LEFT - RIGHT)) * scale.seconds,
    value: ((HEIGHT - BOTTOM - y) / (HEIGHT - BOTTOM - TOP)) * scale.value,
  }
}
