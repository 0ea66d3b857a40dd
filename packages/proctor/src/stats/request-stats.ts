import { Histogram, type HistogramWire } from './histogram.ts'
import { PhaseStats, type PhaseStatsWire } from './phase-stats.ts'

/** When a request was due, written and answered, in milliseconds of one clock. */
export interface RequestTimes {
  /** In an open load; `NaN` in a closed one, where a request is due when it is written. */
  readonly dueAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/**
 * What is counted of the requests of one name: response times of those that succeeded and of those that failed, apart,
 * so that "all" is their merge and nothing is recorded twice; and the bytes of all.
 */
export class RequestStats {
  readonly succeeded = new Histogram()
  readonly failed = new Histogram()
  /** Of an open load, where response times begin before the write. */
  readonly #service = new Histogram()
  /** Where the time of those went that did not spend all of it waiting. */
  readonly phases = new PhaseStats()
  /** Bytes of decoded response bodies. */
  responseBytes = 0
  /** Of those, how many did not have to come, for the body came compressed. */
  savedBytes = 0
  /** Bytes of request bodies. */
  requestBytes = 0

  get count(): number {
    return this.succeeded.count + this.failed.count
  }

  record({ dueAt, startedAt, endedAt }: RequestTimes, hasSucceeded: boolean): void {
    const times = hasSucceeded ? this.succeeded : this.failed
    if (Number.isNaN(dueAt)) {
      times.record(endedAt - startedAt)
    } else {
      times.record(endedAt - dueAt)
      this.#service.record(endedAt - startedAt)
    }
  }

  /** From the write of each request, as a histogram of its own. */
  service(): Histogram {
    if (this.#service.count === 0) return this.all()
    const service = new Histogram()
    service.merge(this.#service)
    return service
  }

  /** Whether response times begin before the write. */
  get isOpen(): boolean {
    return this.#service.count > 0
  }

  /** Succeeded and failed together, as a histogram of its own. */
  all(): Histogram {
    const all = new Histogram()
    all.merge(this.succeeded)
    all.merge(this.failed)
    return all
  }

  merge(other: RequestStats): void {
    this.succeeded.merge(other.succeeded)
    this.failed.merge(other.failed)
    this.#service.merge(other.#service)
    this.phases.merge(other.phases)
    this.responseBytes += other.responseBytes
    this.savedBytes += other.savedBytes
    this.requestBytes += other.requestBytes
  }

  clear(): void {
    this.succeeded.clear()
    this.failed.clear()
    this.#service.clear()
    this.phases.clear()
    this.responseBytes = 0
    this.savedBytes = 0
    this.requestBytes = 0
  }

  toWire(): RequestStatsWire {
    return {
      succeeded: this.succeeded.toWire(),
      failed: this.failed.toWire(),
      service: this.#service.count === 0 ? null : this.#service.toWire(),
      phases: this.phases.toWire(),
      responseBytes: this.responseBytes,
      savedBytes: this.savedBytes,
      requestBytes: this.requestBytes,
    }
  }

  static fromWire(wire: RequestStatsWire): RequestStats {
    const stats = new RequestStats()
    stats.succeeded.merge(Histogram.fromWire(wire.succeeded))
    stats.failed.merge(Histogram.fromWire(wire.failed))
    if (wire.service !== null) stats.#service.merge(Histogram.fromWire(wire.service))
    stats.phases.merge(PhaseStats.fromWire(wire.phases))
    stats.responseBytes = wire.responseBytes
    stats.savedBytes = wire.savedBytes
    stats.requestBytes = wire.requestBytes
    return stats
  }
}

export interface RequestStatsWire {
  succeeded: HistogramWire
  failed: HistogramWire
  /** `null` where it is the same as the two together. */
  service: HistogramWire | null
  phases: PhaseStatsWire
  responseBytes: number
  savedBytes: number
  requestBytes: number
}
