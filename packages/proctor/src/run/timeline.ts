import {
  addCounts,
  type GeneratorSnapshot,
  noCounts,
  type Snapshot,
  type TaskException,
} from '../engine/snapshot.ts'
import { CaseFile } from '../evidence/case-file.ts'
import type { Failure } from '../evidence/failure.ts'
import { Tally } from '../evidence/tally.ts'
import { Histogram } from '../stats/histogram.ts'
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
  readonly generator: GeneratorSecond
}

/** How the load generator fared within a second: of each figure that of the worker that fared worst. */
export interface GeneratorSecond extends GeneratorSnapshot {
  /** How late the arrivals of all workers were admitted; `null` where there were none. */
  readonly slipP99Ms: number | null
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
  /** Those that not every worker has told yet. */
  readonly #open = new Map<number, OpenSecond>()
  /** For each worker, how many seconds it has told; `Infinity` once it has told its last. */
  readonly #told: number[]
  readonly #onSecond: () => void
  readonly #byName = new Map<string, NamedStats>()
  readonly total = new RequestStats()
  /** How late the arrivals of an open load were admitted. */
  readonly slip = new Histogram()
  #latest: readonly NamedStats[] = []
  readonly counts = noCounts()
  readonly failures = new Tally<Failure>(MAX_GROUPS, {
    method: '',
    name: '',
    signature: 'other failures',
    example: null,
  })
  readonly evidence = new CaseFile()
  readonly exceptions = new Tally<TaskException>(MAX_GROUPS, {
    user: '',
    task: '',
    message: 'other exceptions',
    stack: '',
  })

  /** `onSecond` is called back when a second is whole: every worker has told it. */
  constructor(workers = 1, onSecond: () => void = () => {}) {
    this.#onSecond = onSecond
    this.#told = Array.from({ length: workers }, () => 0)
  }

  /** Those that every worker has told. */
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

  add(snapshot: Snapshot, worker = 0): void {
    const second = this.#open.get(snapshot.second) ?? new OpenSecond(snapshot.second)
    this.#open.set(snapshot.second, second)
    second.add(snapshot)
    this.slip.merge(Histogram.fromWire(snapshot.slip))
    for (const [key, group] of snapshot.failures) this.failures.merge(key, group)
    for (const cohort of snapshot.evidence) this.evidence.add(cohort)
    for (const [key, group] of snapshot.exceptions) this.exceptions.merge(key, group)
    addCounts(this.counts, snapshot.counts)
    this.#told[worker] = snapshot.second + 1
    this.#closeWhole()
  }

  /** The worker tells nothing more. */
  finish(worker: number): void {
    this.#told[worker] = Infinity
    this.#closeWhole()
  }

  #closeWhole(): void {
    const whole = Math.min(...this.#told)
    for (const second of [...this.#open.keys()].toSorted((a, b) => a - b)) {
      if (second < whole) this.#close(this.#open.get(second)!)
    }
  }

  #close(second: OpenSecond): void {
    this.#open.delete(second.second)
    this.#latest = second.requests
    for (const request of this.#latest) {
      mergeInto(this.#byName, request)
      this.total.merge(request.stats)
    }
    this.#seconds.push(second.close())
    this.#onSecond()
  }
}

/** A second that not every worker has told yet. */
class OpenSecond {
  readonly second: number
  readonly #byName = new Map<string, NamedStats>()
  readonly #slip = new Histogram()
  #elapsedMs = 0
  #users = 0
  #inFlight = 0
  #generator: GeneratorSnapshot | undefined

  constructor(second: number) {
    this.second = second
  }

  get requests(): NamedStats[] {
    return [...this.#byName.values()]
  }

  add({ elapsedMs, users, inFlight, requests, slip, generator }: Snapshot): void {
    for (const { method, name, stats } of requests) {
      mergeInto(this.#byName, { method, name, stats: RequestStats.fromWire(stats) })
    }
    this.#slip.merge(Histogram.fromWire(slip))
    this.#elapsedMs = Math.max(this.#elapsedMs, elapsedMs)
    this.#users += users
    this.#inFlight += inFlight
    this.#generator = worse(this.#generator ?? generator, generator)
  }

  close(): TimelineSecond {
    return {
      second: this.second,
      elapsedMs: this.#elapsedMs,
      users: this.#users,
      inFlight: this.#inFlight,
      requests: this.requests.map(timelineRequest),
      generator: { ...this.#generator!, slipP99Ms: this.#slip.percentileMs(0.99) },
    }
  }
}

function worse(one: GeneratorSnapshot, other: GeneratorSnapshot): GeneratorSnapshot {
  return {
    eventLoopUtilization: Math.max(one.eventLoopUtilization, other.eventLoopUtilization),
    loopDelayP99Ms: Math.max(one.loopDelayP99Ms, other.loopDelayP99Ms),
    gcShare: Math.max(one.gcShare, other.gcShare),
    coreWaitShare: higher(one.coreWaitShare, other.coreWaitShare),
    stealShare: higher(one.stealShare, other.stealShare),
  }
}

function higher(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}

function mergeInto(byName: Map<string, NamedStats>, { method, name, stats }: NamedStats): void {
  const key = `${method} ${name}`
  const known = byName.get(key)
  if (known !== undefined) return known.stats.merge(stats)
  const own = new RequestStats()
  own.merge(stats)
  byName.set(key, { method, name, stats: own })
}

function timelineRequest({ method, name, stats }: NamedStats): TimelineRequest {
  const { count, failures, medianMs, p95Ms, p99Ms, averageBytes } = requestFigures(stats, 1)
  return { method, name, count, failures, medianMs, p95Ms, p99Ms, averageBytes }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
