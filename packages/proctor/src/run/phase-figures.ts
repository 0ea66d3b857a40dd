import type { Histogram } from '../stats/histogram.ts'
import type { RequestStats } from '../stats/request-stats.ts'
import { latencyFigures, type LatencyFigures, toMicroseconds } from './figures.ts'

/** Of the requests that had a part in a phase. */
export interface PhaseSum {
  readonly count: number
  readonly totalMs: number
  readonly averageMs: number | null
}

export type PhaseDurations = PhaseSum & LatencyFigures

/**
 * Where the time of requests went. Connections that were open before have no `dns`, `connect` and `tls`; requests that
 * the kernel took at once have no `sending`, and answers that came in one read no `receiving`. `sending`, `waiting` and
 * `receiving` are the service time; with all the others they are the response time of an open load.
 */
export interface PhaseFigures {
  /** From when a request was due until a connection was taken, or began to open; in an open load. */
  readonly blocked: PhaseSum
  readonly dns: PhaseDurations
  readonly connect: PhaseDurations
  readonly tls: PhaseDurations
  readonly sending: PhaseDurations
  /** From the request to the first byte of its answer. */
  readonly waiting: PhaseSum
  readonly receiving: PhaseDurations
}

export function phaseFigures(stats: RequestStats): PhaseFigures {
  const { phases } = stats
  return {
    blocked: blocked(stats),
    dns: durations(phases.of('dns')),
    connect: durations(phases.of('connect')),
    tls: durations(phases.of('tls')),
    sending: durations(phases.of('sending')),
    waiting: waiting(stats),
    receiving: durations(phases.of('receiving')),
  }
}

/** What is left of the response times when all that was measured is taken away. */
function blocked(stats: RequestStats): PhaseSum {
  if (!stats.isOpen) return sum(0, 0)
  const { phases } = stats
  const opening = phases.of('dns').sumMs + phases.of('connect').sumMs + phases.of('tls').sumMs
  const all = stats.all()
  return sum(all.count, all.sumMs - stats.service().sumMs - (opening - phases.unwritten.sumMs))
}

/** What is left of the service times. */
function waiting(stats: RequestStats): PhaseSum {
  const { phases } = stats
  const service = stats.service()
  const elsewhere = phases.of('sending').sumMs + phases.of('receiving').sumMs + phases.unwritten.sumMs
  return sum(service.count - phases.unwritten.count, service.sumMs - elsewhere)
}

function sum(count: number, ms: number): PhaseSum {
  const totalMs = toMicroseconds(Math.max(0, ms))!
  return { count, totalMs, averageMs: count === 0 ? null : toMicroseconds(totalMs / count) }
}

function durations(histogram: Histogram): PhaseDurations {
  return { ...sum(histogram.count, histogram.sumMs), ...latencyFigures(histogram) }
}
