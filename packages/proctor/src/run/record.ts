import { basename } from 'node:path'
import type { Load, Plan } from '../engine/plan.ts'
import type { Counts, TaskException } from '../engine/snapshot.ts'
import type { ExemplarRecord, RequestEvidence } from '../evidence/case-file.ts'
import type { ArgumentValue } from '../scenario/arguments.ts'
import { EVERYTHING, type Selection } from '../scenario/selection.ts'
import type { Failure } from '../evidence/failure.ts'
import { REDACTED, Redaction } from '../evidence/redaction.ts'
import type { ServerTimingRecord } from '../evidence/server-timings.ts'
import type { Tallied } from '../evidence/tally.ts'
import type { RequestStats } from '../stats/request-stats.ts'
import { type Environment, thisEnvironment } from './environment.ts'
import { latencyFigures, type LatencyFigures, requestFigures, type RequestFigures } from './figures.ts'
import type { MetricRecord } from './metrics.ts'
import { phaseFigures, type PhaseFigures } from './phase-figures.ts'
import type { ServerRecord } from './server-record.ts'
import type { Soundness } from './soundness.ts'
import type { ThresholdRecord } from './threshold-record.ts'
import type { SecondCount, Timeline } from './timeline.ts'
import type { TimelineSecond } from './timeline-second.ts'

/**
 * A whole run, as evidence: what happened, and no opinion. `--json-file` writes it with `schema` and `findings`
 * beside. Times in milliseconds, sizes in bytes, rates per second, instants ISO 8601; no samples is `null`.
 */
export interface RunRecord {
  readonly runId: string
  readonly startedAt: string
  /** Of the load: until its time was over, or it was stopped. All rates are over this. */
  readonly durationSeconds: number
  /** How long the requests under way were waited for then; what ended meanwhile is counted, too. */
  readonly drainSeconds: number
  readonly host: string
  /** File name of the scenario. */
  readonly scenario: string
  readonly seed: number
  /** What of the scenario was run, where it was not all of it as it stands. */
  readonly selection?: Selection
  /** What the scenario was told. */
  readonly arguments: Readonly<Record<string, ArgumentValue>>
  readonly load: Load
  /** Whether any user waits between its tasks, as its class says; records of before do not tell. */
  readonly thinks?: boolean
  /** Where the load was changed while it ran. */
  readonly steering: readonly Steering[]
  /** When somebody had the page count anew, in milliseconds since the start; the figures here are of the whole run. */
  readonly resets?: readonly number[]
  /** Why a task ended the run, which could not go on; `null` where none did. */
  readonly abortReason: string | null
  readonly environment: Environment
  readonly requests: readonly RequestRecord[]
  readonly total: RequestFigures & PhasesRecord & HistogramRecord & Counts
  /** Groups of requests that the scenario timed as one; in no figure of the requests. */
  readonly transactions: readonly TransactionRecord[]
  /** What the scenario measured by itself. */
  readonly metrics: readonly MetricRecord[]
  readonly timeline: readonly TimelineSecond[]
  readonly failures: readonly FailureRecord[]
  /** What failing requests had in common with each other, and with those that passed. */
  readonly evidence: readonly RequestEvidence[]
  /** A few requests of each outcome, whole. */
  readonly exemplars: readonly ExemplarRecord[]
  /** What the service said of its own time, in `Server-Timing`. */
  readonly serverTimings: readonly ServerTimingRecord[]
  readonly exceptions: readonly ExceptionRecord[]
  readonly thresholds: readonly ThresholdRecord[]
  readonly generator: Generator
  /** What the service itself said; there where somebody listened. */
  readonly server?: ServerRecord
}

/** Counts, rates and durations of a transaction: failed are those in which a request failed, or which threw. */
export interface TransactionRecord
  extends LatencyFigures, Pick<RequestFigures, 'count' | 'failures' | 'perSecond' | 'failuresPerSecond'> {
  readonly name: string
}

export interface RequestRecord extends RequestFigures, PhasesRecord, HistogramRecord {
  readonly method: string
  readonly name: string
}

/** Where the time went. */
interface PhasesRecord {
  readonly phases: PhaseFigures
}

/** Bucket `i` of the pairs holds durations of 2^(i/128) < seconds ≤ 2^((i+1)/128): an OpenTelemetry exponential histogram. */
export interface HistogramRecord {
  readonly histogram: { readonly scale: 7; readonly unit: 's'; readonly buckets: readonly [number, number][] }
}

export interface FailureRecord extends Failure, Seen {
  /** How many there were in which second. */
  readonly seconds: readonly SecondCount[]
}

export type ExceptionRecord = TaskException & Seen

interface Seen {
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Whether the load generator itself was sound. */
export interface Generator extends Soundness {
  /** Of this whole process, user and system. */
  readonly cpuMicrosecondsPerRequest: number | null
  /** The highest of any second, 0–1. */
  readonly eventLoopUtilization: number | null
  readonly slipP99Ms: number | null
}

/** From a time on, so many users in all, or arrivals a second. */
export interface Steering {
  readonly elapsedMs: number
  readonly target: number
}

/** What is known of a run beside its timeline. */
export interface RunFacts {
  readonly runId: string
  readonly plan: Plan
  readonly thinks?: boolean
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  /** Of the load, and of the wait for what was under way at its end. */
  readonly durationMs: number
  readonly drainMs: number
  /** `null` where nobody is left to ask. */
  readonly cpuMicroseconds: number | null
  readonly steering: readonly Steering[]
  readonly resets?: readonly number[]
  readonly abortReason: string | null
}

/** What the scenario was told; secrets are masked. */
export function shownArguments({ arguments: given = {}, redact }: Plan): Record<string, ArgumentValue> {
  const redaction = new Redaction(redact)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, redaction.isSecret(name) ? REDACTED : value]),
  )
}

export function runRecord(
  facts: RunFacts,
  timeline: Timeline,
  thresholds: readonly ThresholdRecord[],
  soundness: Soundness,
): RunRecord {
  const seconds = facts.durationMs / 1000
  const { plan } = facts
  return {
    runId: facts.runId,
    startedAt: new Date(facts.startedAt).toISOString(),
    durationSeconds: Math.round(facts.durationMs) / 1000,
    drainSeconds: Math.round(facts.drainMs) / 1000,
    host: plan.host,
    scenario: basename(plan.scenario),
    seed: plan.seed,
    ...(isPart(plan.selection) && { selection: plan.selection }),
    arguments: shownArguments(plan),
    load: plan.load,
    ...(facts.thinks !== undefined && { thinks: facts.thinks }),
    steering: facts.steering,
    ...((facts.resets?.length ?? 0) > 0 && { resets: facts.resets! }),
    abortReason: facts.abortReason,
    environment: thisEnvironment(),
    requests: timeline.requests.map(({ method, name, stats }) => {
      return { method, name, ...figuresAndHistogram(stats, seconds) }
    }),
    total: { ...figuresAndHistogram(timeline.total, seconds), ...timeline.counts },
    ...ownFigures(timeline, seconds),
    timeline: timeline.seconds.map((second) => second.toJSON()),
    failures: byCount(timeline.failures.groups).map((group) => failureRecord(group, timeline)),
    evidence: timeline.evidence.requests,
    exemplars: timeline.evidence.exemplars,
    serverTimings: timeline.serverTimings.records,
    exceptions: byCount(timeline.exceptions.groups).map(exceptionRecord),
    thresholds,
    generator: { ...soundness, ...generatorFigures(facts, timeline) },
  }
}

function isPart(selection: Selection = EVERYTHING): boolean {
  const { classes, tags, excludeTags, weights = {} } = selection
  return [classes, tags, excludeTags, Object.keys(weights)].some(({ length }) => length > 0)
}

/** What the scenario timed and measured by itself, over the time given. */
export function ownFigures(timeline: Timeline, seconds: number): Pick<RunRecord, 'transactions' | 'metrics'> {
  return {
    transactions: timeline.transactions.map(({ name, stats }) => transactionRecord(name, stats, seconds)),
    metrics: timeline.metrics.records(seconds),
  }
}

function transactionRecord(name: string, stats: RequestStats, seconds: number): TransactionRecord {
  const { count, failures, perSecond, failuresPerSecond } = requestFigures(stats, seconds)
  return { name, count, failures, perSecond, failuresPerSecond, ...latencyFigures(stats.all()) }
}

function figuresAndHistogram(
  stats: RequestStats,
  seconds: number,
): RequestFigures & PhasesRecord & HistogramRecord {
  const buckets = [...stats.all().buckets()].map(({ index, count }): [number, number] => [index, count])
  return {
    ...requestFigures(stats, seconds),
    phases: phaseFigures(stats),
    histogram: { scale: 7, unit: 's', buckets },
  }
}

function generatorFigures(
  { cpuMicroseconds }: RunFacts,
  timeline: Timeline,
): Omit<Generator, keyof Soundness> {
  const { count } = timeline.total
  const utilizations = timeline.seconds.map((second) => second.generator.eventLoopUtilization)
  return {
    cpuMicrosecondsPerRequest: count === 0 || cpuMicroseconds === null ? null : cpuMicroseconds / count,
    eventLoopUtilization: utilizations.length === 0 ? null : utilizations.reduce((a, b) => Math.max(a, b)),
    slipP99Ms: timeline.slip.percentileMs(0.99),
  }
}

export function failureRecord(group: Tallied<Failure>, timeline: Timeline): FailureRecord {
  const { method, name, signature } = group.what
  return {
    ...group.what,
    ...seen(group),
    seconds: timeline.secondsOf(`${method} ${name} ${signature}`),
  }
}

export function exceptionRecord(group: Tallied<TaskException>): ExceptionRecord {
  return { ...group.what, ...seen(group) }
}

function byCount<T>(groups: readonly Tallied<T>[]): Tallied<T>[] {
  return groups.toSorted((a, b) => b.count - a.count)
}

function seen({ count, firstSeen, lastSeen }: Tallied<unknown>): Seen {
  return { count, firstSeen: new Date(firstSeen).toISOString(), lastSeen: new Date(lastSeen).toISOString() }
}
