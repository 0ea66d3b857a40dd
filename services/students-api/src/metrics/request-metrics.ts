import type { Effort } from '../students/effort.ts'
import { ByRoute } from './by-route.ts'
import type { Exposition } from './exposition.ts'
import { DurationHistogram } from './histogram.ts'

interface Series {
  method: string
  route: string
  statuses: Map<number | 'aborted', number>
  durations: DurationHistogram
}

/** A request that is over. */
export interface EndedRequest {
  method: string
  /** The route's template, empty where none matched: never the path, of which there is no end. */
  route: string
  /** Absent where the client was gone before the end. */
  status: number | undefined
  durationMs: number
  effort: Effort | undefined
}

/** Requests by route, method and status: as many series as there are routes, whatever clients ask for. */
export class RequestMetrics {
  readonly #series = new ByRoute<Series>((method, route) => ({
    method,
    route,
    statuses: new Map(),
    durations: new DurationHistogram(),
  }))
  readonly #queueWaits = new DurationHistogram()

  record({ method, route, status, durationMs, effort }: EndedRequest): void {
    const series = this.#series.of(method, route)
    const label = status ?? 'aborted'
    series.statuses.set(label, (series.statuses.get(label) ?? 0) + 1)
    series.durations.record(durationMs)
    if (effort?.queueWaitMs !== undefined) this.#queueWaits.record(effort.queueWaitMs)
  }

  write(out: Exposition): void {
    out.metric('http_requests_total', 'counter', 'Requests that are over.')
    for (const { method, route, statuses } of this.#series.values()) {
      for (const [status, count] of statuses)
        out.sample('http_requests_total', { method, route, status }, count)
    }
    const duration = 'http_request_duration_seconds'
    out.metric(duration, 'histogram', 'From the headers read to the response closed.')
    for (const { method, route, durations } of this.#series.values())
      durations.write(out, duration, { method, route })
    const wait = 'students_write_queue_wait_seconds'
    out.metric(wait, 'histogram', 'How long writes waited until their transaction began.')
    this.#queueWaits.write(out, wait, {})
  }
}
