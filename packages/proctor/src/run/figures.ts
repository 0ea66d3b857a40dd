import type { Histogram } from '../stats/histogram.ts'
import type { RequestStats } from '../stats/request-stats.ts'

/** Durations in milliseconds, to the microsecond; `null` when there were none. */
export interface LatencyFigures {
  medianMs: number | null
  averageMs: number | null
  minMs: number | null
  maxMs: number | null
  p90Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  p999Ms: number | null
}

/** Those of Locust's files. */
export const PERCENTILES = [0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1] as const

/** Of all requests of one name, those that failed, too. */
export interface OverallFigures extends LatencyFigures {
  count: number
  failures: number
  /** Of the decoded response body. */
  averageBytes: number | null
  /** Of the response body as it came: shorter, where that was compressed. */
  averageWireBytes: number | null
  averageRequestBytes: number | null
  perSecond: number
  failuresPerSecond: number
}

/** What is said of all requests of one name. Counts, latencies and bytes cover those that failed, too. */
export interface RequestFigures extends OverallFigures {
  /** From the write of the request, whatever the load; the latencies above start at the scheduled time of an open one. */
  service: LatencyFigures
  succeeded: LatencyFigures
  failed: LatencyFigures
}

/** `seconds` is the time over which the rates are taken. */
export function requestFigures(stats: RequestStats, seconds: number): RequestFigures {
  return {
    ...overallFigures(stats, seconds),
    service: latencyFigures(stats.service()),
    succeeded: latencyFigures(stats.succeeded),
    failed: latencyFigures(stats.failed),
  }
}

export function overallFigures(stats: RequestStats, seconds: number): OverallFigures {
  const { count } = stats
  return {
    count,
    failures: stats.failed.count,
    ...latencyFigures(stats.all()),
    averageBytes: count === 0 ? null : stats.responseBytes / count,
    averageWireBytes: count === 0 ? null : (stats.responseBytes - stats.savedBytes) / count,
    averageRequestBytes: count === 0 ? null : stats.requestBytes / count,
    perSecond: perSecond(count, seconds),
    failuresPerSecond: perSecond(stats.failed.count, seconds),
  }
}

export function latencyFigures(histogram: Histogram): LatencyFigures {
  const percentile = (quantile: number): number | null => toMicroseconds(histogram.percentileMs(quantile))
  return {
    medianMs: percentile(0.5),
    averageMs: toMicroseconds(histogram.meanMs),
    minMs: toMicroseconds(histogram.minMs),
    maxMs: toMicroseconds(histogram.maxMs),
    p90Ms: percentile(0.9),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    p999Ms: percentile(0.999),
  }
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0
}

export function toMicroseconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000
}
