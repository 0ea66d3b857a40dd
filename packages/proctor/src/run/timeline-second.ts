import type { GeneratorSnapshot } from '../engine/snapshot.ts'
import type { RequestFigures } from './figures.ts'

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
  readonly total: TimelineTotal
  readonly generator: GeneratorSecond
}

export type SecondFigures = Pick<
  RequestFigures,
  'count' | 'failures' | 'medianMs' | 'p95Ms' | 'p99Ms' | 'averageBytes'
>

/** All requests that ended within a second. */
export interface TimelineTotal extends SecondFigures {
  readonly averageMs: number | null
  readonly minMs: number | null
  /** One for each of `PERCENTILES`; empty where nothing ended. */
  readonly percentilesMs: readonly number[]
  /** Of the run until then. */
  readonly medianSoFarMs: number | null
  /** How many ended in which time: buckets of an OpenTelemetry exponential histogram of scale 2 in seconds. */
  readonly latencies: readonly (readonly [bucket: number, count: number])[]
}

/** How the load generator fared within a second: of each figure that of the worker that fared worst. */
export interface GeneratorSecond extends GeneratorSnapshot {
  /** How late the arrivals of all workers were admitted; `null` where there were none. */
  readonly slipP99Ms: number | null
  /** Of the arrivals of all workers that fell due, those that no worker came to: 0–1; `null` where none fell due. */
  readonly shortfallShare: number | null
}

/** The requests of one name that ended within a second. */
export type TimelineRequest = { readonly method: string; readonly name: string } & SecondFigures
