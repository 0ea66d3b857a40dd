import { isMore, middleOf, type Series } from './series.ts'

/** Seconds in a row in which the median itself was several times what it was before. */
export interface SlowStretch {
  /** Its first and last second. */
  readonly from: number
  readonly to: number
  readonly beforeMs: number
  /** The highest, the second it came in, and the middle one of the stretch. */
  readonly peakMs: number
  readonly peakAt: number
  readonly middleMs: number
  /** Whether it rose to its peak by and by, rather than at once. */
  readonly isRise: boolean
  /** What it was afterwards; `undefined` where nothing was answered any more. */
  readonly afterMs: number | undefined
}

const LEAST_SECONDS = 3
const TIMES = 3
const LEAST_MS = 10
/** Of the whole rise, in one second: more is a jump. */
const JUMP = 0.6

/** The one stretch about the highest median; `undefined` where it hardly stands out, begins with the run, or is one of several. */
export function slowStretch(series: Series): SlowStretch | undefined {
  const peak = series.reduce((best, { medianMs }, at) => (medianMs > series[best]!.medianMs ? at : best), 0)
  const isSlow = slowerThan(usualOf(series))
  let [first, last] = [peak, peak]
  while (first > 0 && isSlow(series[first - 1]!)) first--
  while (last + 1 < series.length && isSlow(series[last + 1]!)) last++
  const [before, stretch, after] = [
    series.slice(0, first),
    series.slice(first, last + 1),
    series.slice(last + 1),
  ]
  if (before.length < LEAST_SECONDS || stretch.length < LEAST_SECONDS) return undefined
  const [beforeMs, middleMs, peakMs] = [middleOf(before), middleOf(stretch), series[peak]!.medianMs]
  if (middleMs < TIMES * beforeMs || middleMs < beforeMs + LEAST_MS) return undefined
  if ([...before, ...after].some(({ medianMs }) => medianMs > (beforeMs + peakMs) / 2)) return undefined
  return {
    from: stretch[0]!.second,
    to: stretch.at(-1)!.second,
    beforeMs,
    peakMs,
    peakAt: series[peak]!.second,
    middleMs,
    isRise: isRise(series.slice(first - 1, peak + 1).map(({ medianMs }) => medianMs)),
    afterMs: after.length > 0 ? middleOf(after) : undefined,
  }
}

/** Whether the median itself was raised for some seconds in a row: what was slow then cannot be counted by it. */
export function isRaised(series: Series): boolean {
  const isSlow = slowerThan(usualOf(series))
  return series.some((_, at) => {
    const row = series.slice(at, at + LEAST_SECONDS)
    return row.length === LEAST_SECONDS && row.every((point) => isSlow(point))
  })
}

/** Of the quicker half: the middle of all is moved by the slow ones. */
function usualOf(series: Series): number {
  return middleOf(series.toSorted((a, b) => a.medianMs - b.medianMs).slice(0, Math.ceil(series.length / 2)))
}

function slowerThan(usual: number): (point: Series[number]) => boolean {
  return ({ medianMs }) => isMore(medianMs, usual)
}

/** It takes some seconds, and no single one of them accounts for most of it, by difference or by factor. */
function isRise(medians: readonly number[]): boolean {
  if (medians.length <= LEAST_SECONDS) return false
  return Math.min(largestJump(medians), largestJump(medians.map(Math.log))) < JUMP
}

/** Of the way from the first to the last, what the largest step takes. */
function largestJump(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => value - values[index]!)
  return Math.max(...steps) / (values.at(-1)! - values[0]!)
}
