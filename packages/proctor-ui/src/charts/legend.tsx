import type { ReadonlySignal } from '@preact/signals'
import type { Points } from '../run/resample.ts'
import type { Drawn } from './line.ts'
import { cursor } from './plot.tsx'

export interface LegendProps {
  readonly lines: readonly Drawn[]
  readonly points: ReadonlySignal<Points>
  readonly format: (value: number | null) => string
}

/** What the lines say where the cursor is, or else at their end. */
export function Legend({ lines, points: { value: points }, format }: LegendProps) {
  const at = cursor.value === undefined ? points.times.length - 1 : nearest(points.times, cursor.value)
  return (
    <>
      {lines.map(({ label, color, isOther }, line) => (
        <li key={`${label}${isOther}`}>
          <i class={`key ${color} ${isOther ? 'dashed' : ''}`} />
          {isOther ? `${label} (other)` : label} <b>{format(points.lines[line]?.[at] ?? null)}</b>
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
