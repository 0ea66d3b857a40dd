import { basename } from 'node:path'
import type { Load } from '../engine/plan.ts'
import type { RunRecord } from '../run/record.ts'
import type { EndState, RunBegun } from '../run/run.ts'
import type { Soundness } from '../run/soundness.ts'
import type { ThresholdRecord } from '../run/threshold-record.ts'
import type { Timeline } from '../run/timeline.ts'

/** A run as a list shows it. */
export interface KeptRun extends RunSummary {
  readonly runId: string
  /** What its user calls it; `null` unless said. */
  readonly name: string | null
  /** In alphabetical order. */
  readonly tags: readonly string[]
  /** `crashed`: the run broke off, or its process died; all that it had told is kept. */
  readonly state: 'running' | EndState
  readonly startedAt: string
}

/** What is known of a run without opening it; of one that goes on, as it stood at its last second. */
export interface RunSummary {
  readonly scenario: string
  readonly host: string
  readonly load: Load
  readonly durationSeconds: number
  readonly requests: number
  readonly failures: number
  readonly p99Ms: number | null
  readonly verdict: Soundness['verdict']
  readonly thresholdsMissed: number
  /** Why it broke off; `null` where it did not, or nobody was left to tell. */
  readonly error: string | null
}

export function summaryAtStart({ plan }: RunBegun): RunSummary {
  return {
    scenario: basename(plan.scenario),
    host: plan.host,
    load: plan.load,
    durationSeconds: 0,
    requests: 0,
    failures: 0,
    p99Ms: null,
    verdict: 'unknown',
    thresholdsMissed: 0,
    error: null,
  }
}

/** As things stand while the run goes on. */
export function summarySoFar(
  begun: RunBegun,
  { total, seconds }: Timeline,
  missed: readonly ThresholdRecord[],
  { verdict }: Soundness,
): RunSummary {
  return {
    ...summaryAtStart(begun),
    durationSeconds: Math.round(seconds.at(-1)?.elapsedMs ?? 0) / 1000,
    requests: total.count,
    failures: total.failed.count,
    p99Ms: total.all().percentileMs(0.99),
    verdict,
    thresholdsMissed: missed.length,
  }
}

export function summaryOf(record: RunRecord, error: string | null): RunSummary {
  const { scenario, host, load, durationSeconds, total, generator, thresholds } = record
  return {
    scenario,
    host,
    load,
    durationSeconds,
    requests: total.count,
    failures: total.failures,
    p99Ms: total.p99Ms,
    verdict: generator.verdict,
    thresholdsMissed: thresholds.filter(({ state }) => state === 'missed').length,
    error,
  }
}
