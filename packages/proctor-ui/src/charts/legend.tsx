import type { ReadonlySignal } from '@preact/signals'
import type { Points } from '../run/resample.ts'
import type { Line } from './line.ts'
import { cursor } from './plot.tsx'

export interface LegendProps {
  readonly lines: readonly Line[]
  /** Of the lines, and behind them those of another run where one is laid over. */
  readonly points: ReadonlySignal<Points>
  readonly format: (value: number | null) => string
}

/** What the lines say where the cursor is, or else at their end. */
export function Legend({ lines, points: { value: points }, format }: LegendProps) {
  const at = cursor.value === undefined ? points.times.length - 1 : nearest(points.times, cursor.value)
  const said = (line: number): string => format(points.lines[line]?.[at] ?? null)
  const hasOther = points.lines.length > lines.length
  return (
    <>
      {lines.map(({ label, color }, line) => (
        <li key={label}>
          <i class={`key ${color}`} />
          {label} <b>{said(line)}</b>
          {hasOther && (
            <>
              <i class={`key dashed ${color}`} />
              <span class="sr">the other</span> <b>{said(lines.length + line)}</b>
            </>
          )}
        </li>
      ))}
    </>
  )
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
