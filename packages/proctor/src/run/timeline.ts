import { addFlight, type FlightSums, NO_FLIGHT } from '../engine/flight.ts'
import {
  addCounts,
  type GeneratorSnapshot,
  noCounts,
  type Snapshot,
  type TaskException,
} from '../engine/snapshot.ts'
import { CaseFile } from '../evidence/case-file.ts'
import type { Failure } from '../evidence/failure.ts'
import { ServerTimings } from '../evidence/server-timings.ts'
import { Tally, type Tallied } from '../evidence/tally.ts'
import { Histogram } from '../stats/histogram.ts'
import { RequestStats } from '../stats/request-stats.ts'
import { overallFigures, PERCENTILES, toMicroseconds } from './figures.ts'
import { Metrics } from './metrics.ts'
import { sumOf } from './sliding-stats.ts'
import type { SecondFigures, TimelineRequest, TimelineSecond, TimelineTotal } from './timeline-second.ts'
import { type RequestName, WholeSecond } from './whole-second.ts'

/** So many within a second. */
export type SecondCount = readonly [second: number, count: number]

/** One worker, as it was in the last second it told. */
export interface WorkerSecond {
  readonly worker: number
  readonly second: number
  readonly users: number
  readonly inFlight: number
  readonly generator: GeneratorSnapshot
}

/** Scale of `latencies`. */
const COARSE_SCALE = 2

export interface NamedStats {
  readonly method: string
  readonly name: string
  readonly stats: RequestStats
}

/** Past this many, signatures and exceptions of all workers are counted as other. */
const MAX_GROUPS = 500

/** The truth of a run: every snapshot of every worker, merged. Percentiles are taken from it, never merged. */
export class Timeline {
  readonly #seconds: WholeSecond[] = []
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
  #latestTransactions: readonly NamedStats[] = []
  readonly #secondsOfFailure = new Map<string, [second: number, count: number][]>()
  readonly #workers = new Map<number, WorkerSecond>()
  readonly counts = noCounts()
  #flight = NO_FLIGHT
  readonly failures = new Tally<Failure>(MAX_GROUPS, {
    method: '',
    name: '',
    signature: 'other failures',
    example: null,
  })
  readonly evidence = new CaseFile()
  readonly serverTimings = new ServerTimings()
  readonly metrics = new Metrics()
  readonly #transactions = new Map<string, NamedStats>()
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
  get seconds(): readonly WholeSecond[] {
    return this.#seconds
  }

  /** What ended within the newest second; kept by others, and never changed. */
  get latest(): readonly NamedStats[] {
    return this.#latest
  }

  /** The same of the scenario's transactions. */
  get latestTransactions(): readonly NamedStats[] {
    return this.#latestTransactions
  }

  /** How many of the failures of this key there were in which second. */
  secondsOf(failureKey: string): readonly SecondCount[] {
    return this.#secondsOfFailure.get(failureKey) ?? []
  }

  /** Each that has told a second. */
  get workers(): readonly WorkerSecond[] {
    return [...this.#workers.values()].toSorted((a, b) => a.worker - b.worker)
  }

  /** Of all requests so far. */
  get flight(): FlightSums {
    return this.#flight
  }

  /** Those of the scenario's, by name. */
  get transactions(): NamedStats[] {
    return [...this.#transactions.values()].toSorted((a, b) => compare(a.name, b.name))
  }

  /** By path or name, then by method. */
  get requests(): NamedStats[] {
    return [...this.#byName.values()].toSorted(
      (a, b) => compare(a.name, b.name) || compare(a.method, b.method),
    )
  }

  /** How many every worker has told; `Infinity` once all have told their last. */
  get wholeSeconds(): number {
    return Math.min(...this.#told)
  }

  add(snapshot: Snapshot, worker = 0): void {
    const second = this.#open.get(snapshot.second) ?? new OpenSecond(snapshot.second)
    this.#open.set(snapshot.second, second)
    second.add(snapshot)
    const { users, inFlight, generator } = snapshot
    this.#workers.set(worker, { worker, second: snapshot.second, users, inFlight, generator })
    this.slip.merge(Histogram.fromWire(snapshot.slip))
    for (const [key, group] of snapshot.failures) this.#addFailures(key, group, snapshot.second)
    for (const cohort of snapshot.evidence) this.evidence.add(cohort)
    for (const timing of snapshot.serverTimings ?? []) this.serverTimings.merge(timing)
    for (const [key, group] of snapshot.exceptions) this.exceptions.merge(key, group)
    for (const metric of snapshot.metrics ?? []) this.metrics.add(metric)
    addCounts(this.counts, snapshot.counts)
    this.#flight = addFlight(this.#flight, snapshot.flight)
    this.#told[worker] = snapshot.second + 1
    this.#closeWhole()
  }

  /** The worker tells nothing more. What was under way at its last word, if it was cut off, was interrupted. */
  finish(worker: number): void {
    if (this.#told[worker] === Infinity) return
    this.#told[worker] = Infinity
    this.counts.interrupted += this.#workers.get(worker)?.inFlight ?? 0
    this.#closeWhole()
  }

  #addFailures(key: string, group: Tallied<Failure>, second: number): void {
    this.failures.merge(key, group)
    const seconds = this.#secondsOfFailure.get(key) ?? []
    // In their order, from the end: another worker may be a second or two behind, and an hour has many.
    let at = seconds.length
    while (at > 0 && seconds[at - 1]![0] > second) at -= 1
    if (seconds[at - 1]?.[0] === second) seconds[at - 1]![1] += group.count
    else seconds.splice(at, 0, [second, group.count])
    if (seconds.length > 1 || this.#secondsOfFailure.size < MAX_GROUPS)
      this.#secondsOfFailure.set(key, seconds)
  }

  #closeWhole(): void {
    const whole = this.wholeSeconds
    for (const second of [...this.#open.keys()].toSorted((a, b) => a - b)) {
      if (second < whole) this.#close(this.#open.get(second)!)
    }
  }

  #close(second: OpenSecond): void {
    this.#open.delete(second.second)
    this.#latest = second.requests
    this.#latestTransactions = second.transactions
    for (const transaction of second.transactions) mergeInto(this.#transactions, transaction)
    for (const request of this.#latest) {
      mergeInto(this.#byName, request)
      this.total.merge(request.stats)
    }
    this.#seconds.push(new WholeSecond(second.close(this.total), (name) => this.#byName.get(keyOf(name))!))
    this.#onSecond()
  }
}

/** A second that not every worker has told yet. */
class OpenSecond {
  readonly second: number
  readonly #byName = new Map<string, NamedStats>()
  readonly #transactions = new Map<string, NamedStats>()
  readonly #slip = new Histogram()
  #elapsedMs = 0
  #users = 0
  #inFlight = 0
  #offered = 0
  #achieved = 0
  #generator: GeneratorSnapshot | undefined

  constructor(second: number) {
    this.second = second
  }

  get requests(): NamedStats[] {
    return [...this.#byName.values()]
  }

  get transactions(): NamedStats[] {
    return [...this.#transactions.values()]
  }

  add({
    elapsedMs,
    users,
    inFlight,
    requests,
    transactions = [],
    slip,
    arrivals,
    generator,
  }: Snapshot): void {
    for (const { method, name, stats } of transactions) {
      mergeInto(this.#transactions, { method, name, stats: RequestStats.fromWire(stats) })
    }
    for (const { method, name, stats } of requests) {
      mergeInto(this.#byName, { method, name, stats: RequestStats.fromWire(stats) })
    }
    this.#slip.merge(Histogram.fromWire(slip))
    this.#elapsedMs = Math.max(this.#elapsedMs, elapsedMs)
    this.#users += users
    this.#inFlight += inFlight
    this.#offered += arrivals.offered
    this.#achieved += arrivals.achieved
    this.#generator = worse(this.#generator ?? generator, generator)
  }

  close(soFar: RequestStats): TimelineSecond {
    const total = sumOf(this.requests.map(({ stats }) => stats))
    return {
      second: this.second,
      elapsedMs: this.#elapsedMs,
      users: this.#users,
      inFlight: this.#inFlight,
      requests: this.requests.map(timelineRequest),
      total: timelineTotal(total, soFar),
      generator: {
        ...this.#generator!,
        slipP99Ms: this.#slip.percentileMs(0.99),
        // Who was owed from the second before and came in this one makes up for nobody.
        shortfallShare: this.#offered === 0 ? null : Math.max(0, 1 - this.#achieved / this.#offered),
      },
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
  const key = keyOf({ method, name })
  const known = byName.get(key)
  if (known !== undefined) return known.stats.merge(stats)
  const own = new RequestStats()
  own.merge(stats)
  byName.set(key, { method, name, stats: own })
}

function keyOf({ method, name }: RequestName): string {
  return `${method} ${name}`
}

function timelineRequest({ method, name, stats }: NamedStats): TimelineRequest {
  return { method, name, ...secondFigures(stats) }
}

function timelineTotal(stats: RequestStats, soFar: RequestStats): TimelineTotal {
  const all = stats.all()
  return {
    ...secondFigures(stats),
    averageMs: toMicroseconds(all.meanMs),
    minMs: toMicroseconds(all.minMs),
    percentilesMs: PERCENTILES.flatMap((quantile) => toMicroseconds(all.percentileMs(quantile)) ?? []),
    medianSoFarMs: toMicroseconds(soFar.all().percentileMs(0.5)),
    latencies: all.coarse(COARSE_SCALE),
  }
}

function secondFigures(stats: RequestStats): SecondFigures {
  const { count, failures, medianMs, p95Ms, p99Ms, averageBytes } = overallFigures(stats, 1)
  return { count, failures, medianMs, p95Ms, p99Ms, averageBytes }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
