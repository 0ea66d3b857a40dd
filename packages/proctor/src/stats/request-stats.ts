import { Histogram, type HistogramWire } from './histogram.ts'

/**
 * What is counted of the requests of one name: durations of those that succeeded and of those that failed, apart,
 * so that "all" is their merge and nothing is recorded twice; and the bytes of all.
 */
export class RequestStats {
  readonly succeeded = new Histogram()
  readonly failed = new Histogram()
  /** Bytes of decoded response bodies. */
  responseBytes = 0
  /** Bytes of request bodies. */
  requestBytes = 0

  get count(): number {
    return this.succeeded.count + this.failed.count
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
    this.responseBytes += other.responseBytes
    this.requestBytes += other.requestBytes
  }

  clear(): void {
    this.succeeded.clear()
    this.failed.clear()
    this.responseBytes = 0
    this.requestBytes = 0
  }

  toWire(): RequestStatsWire {
    return {
      succeeded: this.succeeded.toWire(),
      failed: this.failed.toWire(),
      responseBytes: this.responseBytes,
      requestBytes: this.requestBytes,
    }
  }

  static fromWire(wire: RequestStatsWire): RequestStats {
    const stats = new RequestStats()
    stats.succeeded.merge(Histogram.fromWire(wire.succeeded))
    stats.failed.merge(Histogram.fromWire(wire.failed))
    stats.responseBytes = wire.responseBytes
    stats.requestBytes = wire.requestBytes
    return stats
  }
}

export interface RequestStatsWire {
  succeeded: HistogramWire
  failed: HistogramWire
  responseBytes: number
  requestBytes: number
}
