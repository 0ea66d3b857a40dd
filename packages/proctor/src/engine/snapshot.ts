import type { CohortWire } from '../evidence/cohort.ts'
import type { ServerTimingWire } from '../evidence/server-timings.ts'
import type { Failure } from '../evidence/failure.ts'
import type { Tallied } from '../evidence/tally.ts'
import type { MetricInterval } from '../scenario/metric.ts'
import type { HistogramWire } from '../stats/histogram.ts'
import type { RequestStatsWire } from '../stats/request-stats.ts'
import type { FlightSums } from './flight.ts'

/**
 * What one worker saw within one second: the only thing that readers of a run are made of. Everything in it
 * merges by addition, so the sum over workers and seconds is the run.
 */
export interface Snapshot {
  /** Counted from 0. */
  readonly second: number
  /** Since the start of the run, at its end: the last one of a run is cut short. */
  readonly elapsedMs: number
  /** The most users at work within it. */
  readonly users: number
  /** Requests without a whole answer at its end. */
  readonly inFlight: number
  readonly flight: FlightSums
  readonly requests: readonly RequestInterval[]
  /** Groups of requests that the scenario times as one; in no sum of requests. */
  readonly transactions?: readonly RequestInterval[]
  /** What the scenario measures by itself. */
  readonly metrics?: readonly MetricInterval[]
  /** By the key that groups them. */
  readonly failures: readonly [string, Tallied<Failure>][]
  /** Requests by name and outcome, to be contrasted. */
  readonly evidence: readonly CohortWire[]
  /** What the service said of its own time; left out where it said nothing. */
  readonly serverTimings?: readonly ServerTimingWire[]
  readonly exceptions: readonly [string, Tallied<TaskException>][]
  readonly counts: Counts
  /** How late the arrivals of an open load were admitted, for want of the generator's time. */
  readonly slip: HistogramWire
  readonly arrivals: ArrivalCounts
  readonly generator: GeneratorSnapshot
}

/** Of an open load; a closed one has none. */
export interface ArrivalCounts {
  /** Those that fell due within the second. */
  readonly offered: number
  /** Those that the generator came to: they began, or found as many users at work as may be. */
  readonly achieved: number
}

/** How the worker itself fared within the second. Shares are of its time, 0–1; `null` where the system doesn't tell. */
export interface GeneratorSnapshot {
  /** In callbacks; turns of the event loop that only waited for the next arrival are left out. */
  readonly eventLoopUtilization: number
  /** How late the event loop came to what was due each 10 ms. */
  readonly loopDelayP99Ms: number
  /** Collecting garbage. */
  readonly gcShare: number
  /** Ready to run, without a core to run on. */
  readonly coreWaitShare: number | null
  /** Of the whole machine's time, what its host gave to others. */
  readonly stealShare: number | null
}

/** The requests of one name that ended within the second. */
export interface RequestInterval {
  readonly method: string
  readonly name: string
  readonly stats: RequestStatsWire
}

/** What happened to requests, beside what their own figures say. */
export interface Counts {
  /** Requests that were to be sent. */
  scheduled: number
  /** Of those that failed, how many for want of time. */
  timedOut: number
  /** Requests that were to be sent and never were. */
  missed: number
  /** Requests without a whole answer when the run was over; they are in no other figure. */
  interrupted: number
  /** Of those that failed, how many for want of a local port, or of a file to be opened by this process. */
  outOfPorts: number
  outOfFiles: number
  /** Connections that were secured, and how many of them took up an earlier session. */
  tlsHandshakes: number
  tlsResumed: number
}

export function noCounts(): Counts {
  return {
    scheduled: 0,
    timedOut: 0,
    missed: 0,
    interrupted: 0,
    outOfPorts: 0,
    outOfFiles: 0,
    tlsHandshakes: 0,
    tlsResumed: 0,
  }
}

export function addCounts(counts: Counts, more: Counts): void {
  for (const key of Object.keys(more) as (keyof Counts)[]) counts[key] += more[key]
}

/** An error thrown by the scenario's own code. */
export interface TaskException {
  readonly user: string
  readonly task: string
  readonly message: string
  readonly stack: string
}
