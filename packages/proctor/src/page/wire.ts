import type { Finding } from '../analysis/finding.ts'
import type { Load } from '../engine/plan.ts'
import type { Exemplar } from '../evidence/exemplar.ts'
import type { FailureExample } from '../evidence/failure.ts'
import type { UserSummary } from '../run/protocol.ts'
import type { MetricRecord } from '../run/metrics.ts'
import type { ExceptionRecord, Steering, TransactionRecord } from '../run/record.ts'
import type { ScenarioArgument } from '../scenario/arguments.ts'
import type { Soundness } from '../run/soundness.ts'
import type { ThresholdRecord } from '../run/threshold-record.ts'
import type { WorkerSecond } from '../run/timeline.ts'

export type { Finding } from '../analysis/finding.ts'
export type { KeptRun } from '../history/kept-run.ts'
export type { Load } from '../engine/plan.ts'
export type { FailureExample } from '../evidence/failure.ts'
export type { ScenarioArgument } from '../scenario/arguments.ts'
export type { Steering, TransactionRecord } from '../run/record.ts'
export type { MetricRecord } from '../run/metrics.ts'
export type { ThresholdRecord } from '../run/threshold-record.ts'

/**
 * What a reader of a run has not heard yet: the one shape for the live page, for kept runs and for the report file.
 * Seconds and log lines are those that are new; all the rest stands as it is now and takes the place of what was told
 * before, so that one tick missed costs nothing but its seconds.
 */
export interface Tick {
  readonly run: RunHead
  readonly seconds: readonly SecondWire[]
  /** Of those names that have changed; `all` is over all names. */
  readonly rows: readonly RowWire[]
  readonly all: Row
  /** Those that have changed. */
  readonly failures: readonly FailureWire[]
  readonly exceptions: readonly ExceptionRecord[]
  /** Of the whole run, like the metrics, a reset or not. */
  readonly transactions: readonly TransactionRecord[]
  readonly metrics: readonly MetricRecord[]
  /** While the run goes on, those missed; then all. */
  readonly thresholds: readonly ThresholdRecord[]
  readonly soundness: Soundness | null
  readonly workers: readonly WorkerSecond[]
  readonly findings: readonly Finding[]
  readonly log: readonly LogLine[]
}

export type RunState =
  | 'loading'
  | 'running'
  | 'stopping'
  | 'completed'
  | 'stopped'
  | 'aborted'
  | 'crashed'
  /** The scenario could not be run. */
  | 'refused'

export interface RunHead {
  readonly id: string
  /** Of its record; `null` before it begins. */
  readonly runId: string | null
  readonly state: RunState
  /** ISO 8601. */
  readonly startedAt: string
  readonly host: string
  readonly scenario: string
  readonly seed: number
  readonly load: Load
  /** How long the load has lasted; all rates are over this. */
  readonly durationSeconds: number
  readonly users: readonly UserSummary[]
  readonly steering: readonly Steering[]
  /** When statistics were reset, in milliseconds since the start. */
  readonly resets: readonly number[]
  /** Since when rows, failures and exceptions are counted, in seconds; 0 is the start. */
  readonly countedFromSeconds: number
  /** What became of requests without figures. */
  readonly scheduled: number
  readonly missed: number
  readonly interrupted: number
  /** Why it crashed or was refused. */
  readonly error: string | null
  /** The command line that repeats it. */
  readonly command: string
}

/**
 * One second, in as few characters as will do: `s` its number, `t` milliseconds since the start at its end, `u` users,
 * `f` in flight, `a` over all, `r` for each name that had any `;`, the name's index and its figures, with commas between;
 * `h` pairs of a latency bucket (of scale 2, in seconds) and its count, `x` pairs of a failure's index and its count.
 */
export interface SecondWire {
  readonly s: number
  readonly t: number
  readonly u: number
  readonly f: number
  readonly a: SecondFiguresWire
  /** Left out of seconds that were over when the reader came: those of a name are asked for when it is looked at. */
  readonly r?: string
  readonly h: readonly number[]
  readonly x: readonly number[]
}

/**
 * Every second of one name: `;`, the second's place and its figures, with commas between. Text, and by name: of an hour of
 * many names hardly any is ever looked at.
 */
export type NameSeconds = string

/** A run in a report file. */
export interface RunInFile {
  readonly tick: Tick
  /** By method and name, with a space between. */
  readonly names: Readonly<Record<string, NameSeconds>>
}

/** Count, failures, p50, p95 and p99 in milliseconds, bytes on average; `-1` where there are none. */
export type SecondFiguresWire = readonly [number, number, number, number, number, number]

/** Since the start, or for a kept run in all. Times in milliseconds, sizes in bytes. */
export interface Row {
  readonly count: number
  readonly failures: number
  readonly medianMs: number | null
  readonly averageMs: number | null
  readonly minMs: number | null
  readonly maxMs: number | null
  readonly p90Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly averageBytes: number | null
  readonly averageRequestBytes: number | null
}

export interface RowWire extends Row {
  /** By which the seconds name it. */
  readonly index: number
  readonly method: string
  readonly name: string
}

export interface FailureWire {
  /** By which the seconds name it. */
  readonly index: number
  readonly method: string
  readonly name: string
  readonly signature: string
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  /** Left out where it is to be asked for. */
  readonly example?: FailureExample | null
  /** Some of them that were kept, chosen by chance, and the slowest; when the run is over. */
  readonly kept?: readonly KeptRequest[]
}

/** One request of those kept, but for what was asked and answered. */
export type KeptRequest = Pick<
  Exemplar,
  'chosen' | 'elapsedMs' | 'durationMs' | 'user' | 'connection' | 'inFlight' | 'traceId'
>

export interface LogLine {
  /** Counted from 0; a line told twice is one line. */
  readonly number: number
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly kind: 'note' | 'warning' | 'output'
  readonly text: string
}

/** What the page is told before anything else. */
export interface PageState {
  readonly version: string
  readonly scenario: string
  readonly host: string
  /** Those that a run may aim at. */
  readonly hosts: readonly string[]
  /** The fields of the form as the command line has them. */
  readonly fields: Fields
  readonly users: readonly UserSummary[]
  /** Conditions that the scenario itself exports. */
  readonly thresholds: readonly string[]
  readonly hasShape: boolean
  /** What the scenario is told; values that were given stand in `fields`. */
  readonly arguments: readonly ScenarioArgument[]
  /** Why the scenario can't be run. */
  readonly trouble: string | null
  /** Whether there is a command that gives the service a fresh start. */
  readonly canRefresh: boolean
}

/** The form: flags of `proctor run` without their dashes, and what is typed behind them. */
export type Fields = Readonly<Record<string, string>>

/** What went wrong with a call, in one shape. */
export interface Problem {
  readonly code: string
  readonly message: string
}
