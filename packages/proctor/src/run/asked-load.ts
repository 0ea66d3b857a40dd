import type { Load, Plan } from '../engine/plan.ts'
import { stages, valueAt } from '../shape/profile.ts'
import type { ScenarioSummary } from './protocol.ts'
import type { TimelineSecond } from './timeline-second.ts'

/** What is asked for: the plan's load, or the scenario's shape in its place. */
export function askedLoad({ load, isLoadGiven }: Plan, { shape }: ScenarioSummary): Load {
  if (isLoadGiven || shape === null) return load
  const { durationMs, iterations } = load
  if (shape.kind === 'users') {
    return { kind: 'closed', users: 0, spawnRate: 1, stages: 'scenario', durationMs, iterations }
  }
  return {
    kind: 'open',
    arrivalsPerSecond: 0,
    spacing: shape.spacing,
    stages: 'scenario',
    maxUsers: null,
    whenBusy: 'late',
    durationMs,
    iterations,
  }
}

/** What a load that nobody has steered is meant to be then; of a shape of the scenario's, what it was in the last second. */
export function askedAt(load: Load, elapsedMs: number, last: TimelineSecond | undefined): number {
  if (load.stages === 'scenario') {
    if (last === undefined) return 0
    return load.kind === 'closed' ? last.users : last.requests.reduce((sum, { count }) => sum + count, 0)
  }
  if (load.stages !== null) return Math.round(valueAt(stages(load.stages).pieceAt(elapsedMs)!, elapsedMs))
  return load.kind === 'closed' ? load.users : load.arrivalsPerSecond
}
