import type { Snapshot } from '../engine/snapshot.ts'
import { loadLeftMs, thinks, thresholdsOf } from './judging.ts'
import { type RunRecord, runRecord, type Steering } from './record.ts'
import type { RunBegun } from './run.ts'
import { SoundnessWatch } from './soundness.ts'
import { ThresholdWatch } from './threshold-watch.ts'
import { Timeline } from './timeline.ts'

/** What was told while a run went on, in the order in which it was told. */
export interface Told {
  readonly snapshots: readonly { readonly snapshot: Snapshot; readonly worker: number }[]
  readonly steering: readonly Steering[]
  readonly resets?: readonly number[]
}

/** The record of a run whose process is gone, made of what it had told until then. */
export function replay(begun: RunBegun, told: Iterable<Told>): RunRecord {
  const { plan, scenario, runId, startedAt } = begun
  const thresholds = new ThresholdWatch(thresholdsOf(plan, scenario))
  const soundness = new SoundnessWatch(plan.load, thinks(scenario))
  const steering: Steering[] = []
  const resets: number[] = []
  const timeline = new Timeline(plan.workers, () => {
    const left = loadLeftMs(plan.load, timeline)
    if (left === undefined) return
    thresholds.second(timeline, left > 0)
    soundness.second(timeline)
  })
  for (const each of told) {
    for (const { snapshot, worker } of each.snapshots) timeline.add(snapshot, worker)
    steering.push(...each.steering)
    resets.push(...(each.resets ?? []))
  }
  for (let worker = 0; worker < plan.workers; worker++) timeline.finish(worker)
  const lastedMs = timeline.seconds.reduce((longest, { elapsedMs }) => Math.max(longest, elapsedMs), 0)
  const durationMs = Math.min(lastedMs, plan.load.durationMs ?? Infinity)
  const facts = {
    runId,
    plan,
    thinks: thinks(scenario),
    startedAt,
    durationMs,
    drainMs: lastedMs - durationMs,
    cpuMicroseconds: null,
    steering,
    resets,
    abortReason: null,
  }
  return runRecord(facts, timeline, thresholds.end(timeline, durationMs / 1000), soundness.standing(timeline))
}
