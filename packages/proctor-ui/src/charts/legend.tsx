import type { ReadonlySignal } from '@preact/signals'
import { formatClock } from '../format.ts'
import type { Points } from '../run/resample.ts'
import type { Line } from './line.ts'
import { cursor } from './plot.tsx'

export interface LegendProps {
  readonly lines: readonly Line[]
  /** Of the lines, and behind them those of another run where one is laid over. */
  readonly points: ReadonlySignal<Points>
  /** In the same order, of the whole run; `undefined` while it goes on. */
  readonly wholes: ReadonlySignal<readonly (number | null)[] | undefined>
  readonly ofWhole: string
  readonly format: (value: number | null) => string
}

/** What the lines say where the cursor is; without one, of the whole run, or of the newest second of one that goes on. */
export function Legend({ lines, points, wholes, ofWhole, format }: LegendProps) {
  const { times, lines: values } = points.value
  const at = cursor.value === undefined ? undefined : nearest(times, cursor.value)
  const newest = (line: number): number | null => values[line]?.at(-1) ?? null
  const said = (line: number): string => {
    if (at !== undefined) return format(values[line]?.[at] ?? null)
    return format(wholes.value === undefined ? newest(line) : wholes.value[line]!)
  }
  const hasOther = values.length > lines.length
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
      <li>{at === undefined ? wholes.value && ofWhole : `at ${formatClock(times[at] ?? 0)}`}</li>
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
