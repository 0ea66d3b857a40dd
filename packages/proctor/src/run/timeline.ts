import type { Counts, Snapshot, TaskException } from '../engine/snapshot.ts'
import type { Failure } from '../evidence/failure.ts'
import { Tally } from '../evidence/tally.ts'
import { RequestStats } from '../stats/request-stats.ts'
import { requestFigures, type RequestFigures } from './figures.ts'

/** One second of a run. */
export interface TimelineSecond {
  /** Counted from 0. */
  readonly second: number
  /** Since the start of the run, at its end: the last second of a run is cut short. */
  readonly elapsedMs: number
  /** The most users at work within it. */
  readonly users: number
  /** Requests without a whole answer, at its end. */
  readonly inFlight: number
  readonly requests: readonly TimelineRequest[]
  readonly generator: { readonly eventLoopUtilization: number }
}

/** The requests of one name that ended within a second. */
export type TimelineRequest = { readonly method: string; readonly name: string } & Pick<
  RequestFigures,
  'count' | 'failures' | 'medianMs' | 'p95Ms' | 'p99Ms' | 'averageBytes'
>

export interface NamedStats {
  readonly method: string
  readonly name: string
  readonly stats: RequestStats
}

/** Past this many, signatures and exceptions of all workers are counted as other. */
const MAX_GROUPS = 500

/** The truth of a run: every snapshot of every worker, merged. Percentiles are taken from it, never merged. */
export class Timeline {
  readonly #seconds: TimelineSecond[] = []
  readonly #byName = new Map<string, NamedStats>()
  readonly total = new RequestStats()
  #latest: readonly NamedStats[] = []
  readonly counts: Counts = { scheduled: 0, timedOut: 0, missed: 0, interrupted: 0 }
  readonly failures = new Tally<Failure>(MAX_GROUPS, {
    method: '',
    name: '',
    signature: 'other failures',
    example: null,
  })
  readonly exceptions = new Tally<TaskException>(MAX_GROUPS, {
    user: '',
    task: '',
    message: 'other exceptions',
    stack: '',
  })

  get seconds(): readonly TimelineSecond[] {
    return this.#seconds
  }

  /** What ended within the newest second; kept by others, and never changed. */
  get latest(): readonly NamedStats[] {
    return this.#latest
  }

  /** By path or name, then by method. */
  get requests(): NamedStats[] {
    return [...this.#byName.values()].toSorted(
      (a, b) => compare(a.name, b.name) || compare(a.method, b.method),
    )
  }

  add(snapshot: Snapshot): void {
    const requests = snapshot.requests.map(({ method, name, stats }) => {
      return { method, name, stats: RequestStats.fromWire(stats) }
    })
    for (const request of requests) this.#merge(request)
    this.#latest = requests
    for (const [key, group] of snapshot.failures) this.failures.merge(key, group)
    for (const [key, group] of snapshot.exceptions) this.exceptions.merge(key, group)
    this.counts.scheduled += snapshot.counts.scheduled
    this.counts.timedOut += snapshot.counts.timedOut
    this.counts.missed += snapshot.counts.missed
    this.counts.interrupted += snapshot.counts.interrupted
    const { second, elapsedMs, users, inFlight, generator } = snapshot
    const figures = requests.map(timelineRequest)
    this.#seconds.push({ second, elapsedMs, users, inFlight, requests: figures, generator })
  }

  #merge({ method, name, stats }: NamedStats): void {
    const key = `${method} ${name}`
    const known = this.#byName.get(key) ?? { method, name, stats: new RequestStats() }
    this.#byName.set(key, known)
    known.stats.merge(stats)
    this.total.merge(stats)
  }
}

function timelineRequest({ method, name, stats }: NamedStats): TimelineRequest {
  const { count, failures, medianMs, p95Ms, p99Ms, averageBytes } = requestFigures(stats, 1)
  return { method, name, count, failures, medianMs, p95Ms, p99Ms, averageBytes }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
