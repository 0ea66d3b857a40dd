import type { RunRecord } from '../../run/record.ts'
import type { TimelineSecond } from '../../run/timeline-second.ts'
import { median } from '../statistics.ts'
import { growth } from './growth.ts'
import { asked } from './pace.ts'
import { wholeSeconds } from './seconds.ts'

/** How answers slowed down as users came. */
export interface SlowedByUsers {
  /** At the median, with few users and with most of them. */
  readonly fewMs: number
  readonly manyMs: number
  readonly few: number
  readonly many: number
  /** With most of them. */
  readonly perSecond: number
  /** Whether the last of the users brought hardly any more answers a second. */
  readonly isLevel: boolean
}

const TIMES = 3
const LEAST_MS = 10
const LEAST_SECONDS = 3
/** Of the most users: few, some, and nearly all of them. */
const FEW = 0.4
const SOME = 0.75
const NEARLY_ALL = 0.9
/** If more of the change came with most users there already, it goes with time, not with users. */
const DRIFT = 0.25
const LEVEL = 1.1

/** Of a closed load; `undefined` where they did not, or where an answer that grows, or time, would account for it as well. */
export function slowedByUsers(record: RunRecord): SlowedByUsers | undefined {
  const seconds = wholeSeconds(record).filter(({ second, total }) => second > 0 && isTold(total))
  const most = seconds.reduce((max, { users }) => Math.max(max, users), 0)
  const [few, many] = [
    seconds.filter(({ users }) => users <= FEW * most),
    seconds.filter(({ users }) => users >= NEARLY_ALL * most),
  ]
  if (few.length === 0 || many.length < LEAST_SECONDS) return undefined
  const times = sameRequests(few, many)
  if (times === undefined) return undefined
  const [fewMs, manyMs] = times
  if (manyMs < TIMES * fewMs || manyMs < fewMs + LEAST_MS || growth(record).length > 0) return undefined
  const half = Math.floor(many.length / 2)
  const [early, late] = sameRequests(many.slice(0, half), many.slice(half)) ?? [0, Infinity]
  if (late - early > DRIFT * (early - fewMs)) return undefined
  const perSecond = rateOf(many)
  const some = seconds.filter(({ users }) => users > FEW * most && users <= SOME * most)
  return {
    fewMs,
    manyMs,
    few: Math.max(...few.map(({ users }) => users)),
    many: most,
    perSecond,
    isLevel: some.length > 0 && perSecond < LEVEL * rateOf(some),
  }
}

function isTold({ count, failures }: TimelineSecond['total']): boolean {
  return count > 0 && failures < count / 2
}

/** Median times in both, of the same requests in the same mixture: that of the second. */
function sameRequests(
  first: readonly TimelineSecond[],
  second: readonly TimelineSecond[],
): [number, number] | undefined {
  const [inFirst, inSecond] = [first, second].map((seconds) => byName(seconds))
  let [firstMs, secondMs, weight] = [0, 0, 0]
  for (const [name, { ms, count }] of inSecond!) {
    const other = inFirst!.get(name)
    if (other === undefined) continue
    firstMs += count * other.ms
    secondMs += count * ms
    weight += count
  }
  return weight === 0 ? undefined : [firstMs / weight, secondMs / weight]
}

function byName(seconds: readonly TimelineSecond[]): Map<string, { ms: number; count: number }> {
  const requests = seconds.flatMap((each) => each.requests).filter(({ medianMs }) => medianMs !== null)
  const grouped = Map.groupBy(requests, ({ method, name }) => `${method} ${name}`)
  return new Map(
    [...grouped].map(([name, same]) => {
      const count = same.reduce((sum, each) => sum + each.count, 0)
      return [name, { ms: median(same.map(({ medianMs }) => medianMs!)) ?? 0, count }]
    }),
  )
}

function rateOf(seconds: readonly TimelineSecond[]): number {
  return seconds.reduce((sum, second) => sum + asked(second), 0) / seconds.length
}
