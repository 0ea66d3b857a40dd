import type { RunRecord } from '../../run/record.ts'
import type { TimelineRequest } from '../../run/timeline-second.ts'
import { secondsByRequest, wholeSeconds } from './seconds.ts'

/** Median times of one request by second. */
export type Series = readonly {
  readonly second: number
  readonly medianMs: number
  readonly count: number
}[]

/** A change by less than this is not worth a word. */
const FACTOR = 1.5
const LEAST_MS = 0.5
const LEAST_COUNT = 3

/** More points tell no more of a trend, and cost their square. */
const MOST_POINTS = 600

/** The whole seconds of a request in which all users were at work: before that times may change with their number. */
export function seriesOf(record: RunRecord, request: Named): Series {
  const users = record.timeline.reduce((most, second) => Math.max(most, second.users), 0)
  return seriesFrom(record, request, record.load.kind === 'open' ? 0 : 0.9 * users)
}

/** All whole seconds of a request. */
export function wholeSeriesOf(record: RunRecord, request: Named): Series {
  return seriesFrom(record, request, 0)
}

type Named = Pick<TimelineRequest, 'method' | 'name'>

function seriesFrom(record: RunRecord, { method, name }: Named, leastUsers: number): Series {
  const seconds = secondsByRequest(record).get(`${method} ${name}`) ?? []
  const series = seconds.flatMap(({ second: { second, users }, request }) => {
    const { medianMs, count } = request
    return medianMs === null || users < leastUsers || !isAnswered(request)
      ? []
      : [{ second, medianMs, count }]
  })
  const together = Math.ceil(series.length / MOST_POINTS)
  return together <= 1 ? series : coarse(series, together)
}

/** How long answers take is not told by a second in which most failed, or hardly any ended. */
function isAnswered({ count, failures }: TimelineRequest): boolean {
  return count >= LEAST_COUNT && failures < count / 2
}

/** For how many whole seconds after one requests went unanswered: most failed, or they were under way and hardly any ended. */
export function unansweredAfter(record: RunRecord, request: Named): (second: number) => number {
  return (after) => {
    const later = wholeSeconds(record).filter(({ second }) => second > after)
    const end = later.findIndex(({ requests, inFlight }) => {
      const own = requests.find(({ method, name }) => method === request.method && name === request.name)
      const isFailing = own !== undefined && own.failures > 0 && own.failures >= own.count / 2
      return !isFailing && ((own?.count ?? 0) >= LEAST_COUNT || inFlight === 0)
    })
    return end < 0 ? later.length : end
  }
}

/** So many seconds are one point, in its middle time. */
function coarse(series: Series, together: number): Series {
  return Array.from({ length: Math.ceil(series.length / together) }, (_, at) => {
    const part = series.slice(at * together, (at + 1) * together)
    const count = part.reduce((sum, each) => sum + each.count, 0)
    return { second: part[0]!.second, medianMs: middleOf(part), count }
  })
}

export function middleOf(series: Series): number {
  const sorted = series.map(({ medianMs }) => medianMs).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

export function isMore(one: number, other: number): boolean {
  return one > FACTOR * other && one > other + LEAST_MS
}
