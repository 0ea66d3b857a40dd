import type { Timeline } from './timeline.ts'

/**
 * A run's own account of itself: the mean number of requests in flight, counted as they came and went, beside the rate
 * times the mean time, taken from the figures that are reported. One is the other, whatever the service does, unless
 * requests were lost, counted twice or clocked wrongly. Source: Little, A Proof for the Queuing Formula L = λW, 1961.
 */
export interface LittlesLaw {
  readonly meanInFlight: number
  /** Service time and the opening of connections; requests that the end interrupted are in it, too. */
  readonly rateTimesTime: number
  /** Of the larger of the two, 0–1. */
  readonly deviation: number
}

/** `null` where nothing was asked, and where something is still under way, as in a run that was cut off. */
export function littlesLaw(timeline: Timeline): LittlesLaw | null {
  const last = timeline.seconds.at(-1)
  if (last === undefined || last.inFlight !== 0) return null
  const { inFlightMs, connectingMs, interruptedMs } = timeline.flight
  const service = timeline.total.service()
  const spentMs = service.count * (service.meanMs ?? 0) + connectingMs + interruptedMs
  const larger = Math.max(inFlightMs, spentMs)
  if (larger <= 0) return null
  return {
    meanInFlight: inFlightMs / last.elapsedMs,
    rateTimesTime: spentMs / last.elapsedMs,
    deviation: Math.abs(inFlightMs - spentMs) / larger,
  }
}
