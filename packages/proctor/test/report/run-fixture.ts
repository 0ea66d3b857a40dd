import type { Plan } from '../../src/engine/plan.ts'
import { noCounts, type Snapshot } from '../../src/engine/snapshot.ts'
import { type RunRecord, runRecord } from '../../src/run/record.ts'
import type { ThresholdRecord } from '../../src/run/threshold-record.ts'
import { ThresholdWatch } from '../../src/run/threshold-watch.ts'
import { Timeline } from '../../src/run/timeline.ts'
import { Histogram } from '../../src/stats/histogram.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { parseThresholds } from '../../src/threshold/parse-thresholds.ts'
import { AT_EASE, NOBODY, SOUND } from '../run/generator-fixture.ts'

const STARTED_AT = Date.UTC(2026, 0, 2)

export const plan: Plan = {
  scenario: '/home/me/students.ts',
  host: 'http://127.0.0.1:5000',
  load: { kind: 'closed', users: 50, spawnRate: 5, durationMs: 60_000, stages: null, iterations: null },
  isLoadGiven: true,
  workers: 1,
  seed: 7,
  userAgent: 'x',
  stopTimeoutMs: 0,
  requestTimeoutMs: 0,
  traceSampledShare: null,
}

/** What happened to the requests of one name, in each of the seconds. */
export interface Asked {
  method?: string
  name: string
  count: number
  failures?: number
  ms?: number
  bytes?: number
  signature?: string
}

export interface Thrown {
  user: string
  task: string
  message: string
  stack?: string
}

export function timelineOf(asked: readonly Asked[], seconds = 1, thrown: readonly Thrown[] = []): Timeline {
  const timeline = new Timeline()
  for (let second = 0; second < seconds; second++) timeline.add(snapshotOf(second, asked, thrown))
  return timeline
}

/** What becomes of conditions when the same is asked in each of the seconds. */
export function judged(conditions: string, asked: readonly Asked[], seconds = 1): ThresholdRecord[] {
  const [timeline, watch] = [new Timeline(), new ThresholdWatch(parseThresholds(conditions))]
  for (let second = 0; second < seconds; second++) {
    timeline.add(snapshotOf(second, asked))
    watch.second(timeline)
  }
  return watch.end(timeline, seconds)
}

/** A run in whose seconds different things were asked. */
export function recordOfSeconds(askedIn: readonly (readonly Asked[])[]): RunRecord {
  const timeline = new Timeline()
  askedIn.forEach((asked, second) => timeline.add(snapshotOf(second, asked)))
  return runRecord(factsOf(askedIn.length), timeline, [], SOUND)
}

export function factsOf(seconds: number) {
  return {
    runId: 'id',
    plan,
    startedAt: STARTED_AT,
    durationMs: seconds * 1_000,
    drainMs: 0,
    cpuMicroseconds: 0,
    steering: [],
    abortReason: null,
  }
}

export function recordOf(
  asked: readonly Asked[],
  seconds = 1,
  thrown: readonly Thrown[] = [],
  thresholds: readonly ThresholdRecord[] = [],
  soundness = SOUND,
): RunRecord {
  return runRecord(factsOf(seconds), timelineOf(asked, seconds, thrown), thresholds, soundness)
}

export function snapshotOf(
  second: number,
  asked: readonly Asked[],
  thrown: readonly Thrown[] = [],
): Snapshot {
  const seen = { firstSeen: STARTED_AT + second * 1_000 + 400, lastSeen: STARTED_AT + second * 1_000 + 900 }
  return {
    second,
    elapsedMs: (second + 1) * 1_000,
    users: 50,
    ...NOBODY,
    requests: asked.map(({ method = 'GET', name, count, failures = 0, ms = 13, bytes = 100 }) => {
      const stats = new RequestStats()
      for (let i = 0; i < count; i++) (i < failures ? stats.failed : stats.succeeded).record(ms)
      stats.responseBytes = count * bytes
      return { method, name, stats: stats.toWire() }
    }),
    failures: asked
      .filter(({ failures = 0 }) => failures > 0)
      .map(({ method = 'GET', name, failures = 0, signature = '500 Internal Server Error' }) => [
        `${method} ${name}`,
        { what: { method, name, signature, example: null }, count: failures, ...seen },
      ]),
    evidence: [],
    exceptions: thrown.map(({ stack = '', ...what }) => [
      what.message,
      { what: { ...what, stack }, count: 1, ...seen },
    ]),
    counts: noCounts(),
    slip: new Histogram().toWire(),
    generator: AT_EASE,
  }
}
