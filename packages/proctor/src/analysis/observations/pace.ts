import type { RunRecord } from '../../run/record.ts'
import type { TimelineSecond } from '../../run/timeline-second.ts'
import { median } from '../statistics.ts'
import { wholeSeconds } from './seconds.ts'

/** How fast users came round: in the longest time at one number of users or, where that hardly stood still, in all of the run. */
export interface Pace {
  /** Whether users wait between their tasks. */
  readonly thinks: boolean
  /** Of the generator's worst worker, the middle one of these seconds: one that compiles, or is held up, does not tell. */
  readonly utilization: number
  /** On average, where their number did not stand still. */
  readonly users: number
  readonly perSecond: number
  readonly averageMs: number
  /** From one answer to the next request of a user. */
  readonly thinkMs: number
  /** Of a user's time, in waiting for answers. */
  readonly waiting: number
  /** The first second and the one after the last, where these are not nearly all of the run. */
  readonly part: { readonly from: number; readonly to: number } | undefined
}

const LEAST_SECONDS = 3
const NEARLY_ALL = 0.8

/** Of a closed load; `undefined` where nothing was answered. */
export function paceOf(record: RunRecord): Pace | undefined {
  const whole = wholeSeconds(record)
  // In the first second the code is compiled and connections open, even where all users begin at once.
  const later = whole.filter(({ second }) => second > 0)
  const all = later.length > 0 ? later : whole
  const longest = longestAtOne(all)
  const isAll = longest.length < LEAST_SECONDS
  const steady = isAll ? all : longest
  const count = steady.reduce((sum, second) => sum + asked(second), 0)
  if (count === 0) return undefined
  const users = steady.reduce((sum, second) => sum + second.users, 0) / steady.length
  const waitedMs = steady.reduce((sum, { total }) => sum + total.count * (total.averageMs ?? 0), 0)
  const [perSecond, averageMs] = [count / steady.length, waitedMs / count]
  const cycleMs = (1000 * users) / perSecond
  return {
    thinks: record.thinks ?? true,
    utilization: median(steady.map(({ generator }) => generator.eventLoopUtilization)) ?? 0,
    users,
    perSecond,
    averageMs,
    thinkMs: Math.max(0, cycleMs - averageMs),
    waiting: Math.min(1, averageMs / cycleMs),
    part:
      isAll || longest.length >= NEARLY_ALL * all.length
        ? undefined
        : { from: longest[0]!.second, to: longest.at(-1)!.second + 1 },
  }
}

/** Of several as long the one with the most users. */
function longestAtOne(seconds: readonly TimelineSecond[]): readonly TimelineSecond[] {
  let [from, to] = [0, 0]
  let began = 0
  for (const [at, { users }] of seconds.entries()) {
    if (users !== seconds[began]!.users) began = at
    const gain = at + 1 - began - (to - from)
    if (gain > 0 || (gain === 0 && users > seconds[from]!.users)) [from, to] = [began, at + 1]
  }
  return seconds.slice(from, to)
}

export function asked({ requests }: TimelineSecond): number {
  return requests.reduce((sum, { count }) => sum + count, 0)
}
