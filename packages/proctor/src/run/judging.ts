import type { Load, Plan } from '../engine/plan.ts'
import type { Threshold } from '../threshold/threshold.ts'
import type { ScenarioSummary } from './protocol.ts'
import type { Timeline } from './timeline.ts'

/** What a run is judged by, while it goes on and when it is looked at again. */
export function thresholdsOf({ thresholds = [] }: Plan, scenario: ScenarioSummary): Threshold[] {
  return [...scenario.thresholds, ...thresholds]
}

/** Whether any user waits between its tasks. */
export function thinks({ users }: ScenarioSummary): boolean {
  return users.some((user) => user.thinks)
}

/**
 * How long the load goes on behind the newest second; `undefined` where that is no whole second of the load. While
 * what is under way is waited for, nothing new is asked: no window may reach into that.
 */
export function loadLeftMs(
  { durationMs }: Pick<Load, 'durationMs'>,
  { seconds }: Timeline,
): number | undefined {
  const { second, elapsedMs } = seconds.at(-1)!
  const endsAt = (second + 1) * 1000
  const left = (durationMs ?? Infinity) - endsAt
  return endsAt <= elapsedMs && left >= 0 ? left : undefined
}
