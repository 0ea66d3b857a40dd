import type { RunRecord } from '../../run/record.ts'
import type { TimelineRequest, TimelineSecond } from '../../run/timeline-second.ts'

/** The whole seconds of the load: the last of a run is cut short, and while what is under way is waited for nobody asks. */
export function wholeSeconds({ timeline, durationSeconds }: RunRecord): TimelineSecond[] {
  return timeline.filter(({ second, elapsedMs }) => {
    return second + 1 <= durationSeconds && elapsedMs >= (second + 1) * 1000
  })
}

/** What one request did within a second. */
export interface RequestSecond {
  readonly second: TimelineSecond
  readonly request: TimelineRequest
}

const known = new WeakMap<RunRecord, ReadonlyMap<string, readonly RequestSecond[]>>()

/** The whole seconds of each request, by method and name: an hour of many names is gone through once, not for each. */
export function secondsByRequest(record: RunRecord): ReadonlyMap<string, readonly RequestSecond[]> {
  const seconds = known.get(record) ?? sortedOut(record)
  known.set(record, seconds)
  return seconds
}

function sortedOut(record: RunRecord): ReadonlyMap<string, readonly RequestSecond[]> {
  const byRequest = new Map<string, RequestSecond[]>()
  for (const second of wholeSeconds(record)) {
    for (const request of second.requests) {
      const key = `${request.method} ${request.name}`
      const own = byRequest.get(key)
      if (own === undefined) byRequest.set(key, [{ second, request }])
      else own.push({ second, request })
    }
  }
  return byRequest
}
