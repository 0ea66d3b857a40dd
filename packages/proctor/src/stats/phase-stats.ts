import { Histogram, type HistogramWire } from './histogram.ts'

/** The phases that not every request has. */
export const PHASES = ['dns', 'connect', 'tls', 'sending', 'receiving'] as const
export type Phase = (typeof PHASES)[number]

/** How long each phase of one request took, in milliseconds; `undefined` where it had no part in it. */
export interface PhaseTimes extends Readonly<Record<`${Phase}Ms`, number | undefined>> {
  /** `undefined` where the request was never written. */
  readonly waitingMs: number | undefined
}

/**
 * Where the time of requests went. Most spend all of it waiting, and are not recorded here: for them that costs nothing.
 * Of the others each phase is recorded that took any time. How long all together were waiting follows from what they took
 * in all, less what is recorded here.
 */
export class PhaseStats {
  readonly #histograms = new Map<Phase | 'unwritten', Histogram>()

  record(times: PhaseTimes): void {
    for (const { phase, key, isOfConnection } of FIELDS) {
      const ms = times[key]
      if (ms !== undefined && (ms > 0 || isOfConnection)) this.#histogram(phase).record(ms)
    }
    if (times.waitingMs === undefined) this.#histogram('unwritten').record(openingMs(times))
  }

  /** Durations of the phase; empty where no request had any. */
  of(phase: Phase): Histogram {
    return this.#histograms.get(phase) ?? new Histogram()
  }

  /** Of the requests that were never written, for want of a connection: how long they were waited for. */
  get unwritten(): Histogram {
    return this.#histograms.get('unwritten') ?? new Histogram()
  }

  merge(other: PhaseStats): void {
    for (const [phase, histogram] of other.#histograms) this.#histogram(phase).merge(histogram)
  }

  clear(): void {
    for (const histogram of this.#histograms.values()) histogram.clear()
  }

  toWire(): PhaseStatsWire {
    return [...this.#histograms]
      .filter(([, { count }]) => count > 0)
      .map(([phase, histogram]) => [phase, histogram.toWire()])
  }

  static fromWire(wire: PhaseStatsWire): PhaseStats {
    const stats = new PhaseStats()
    for (const [phase, histogram] of wire) stats.#histograms.set(phase, Histogram.fromWire(histogram))
    return stats
  }

  #histogram(phase: Phase | 'unwritten'): Histogram {
    let histogram = this.#histograms.get(phase)
    if (histogram === undefined) this.#histograms.set(phase, (histogram = new Histogram()))
    return histogram
  }
}

/** Those that were recorded at all. */
export type PhaseStatsWire = readonly (readonly [Phase | 'unwritten', HistogramWire])[]

/** Once, not with each request. That a connection took no time to measure is news; that a request did is the rule. */
const FIELDS = PHASES.map((phase) => {
  return { phase, key: `${phase}Ms` as const, isOfConnection: phase !== 'sending' && phase !== 'receiving' }
})

function openingMs({ dnsMs = 0, connectMs = 0, tlsMs = 0 }: PhaseTimes): number {
  return dnsMs + connectMs + tlsMs
}
