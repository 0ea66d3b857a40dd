import type { RunBegun, RunEnd } from '../../src/run/run.ts'
import type { Told } from '../../src/run/replay.ts'
import { type Asked, plan, recordOf, snapshotOf } from '../report/run-fixture.ts'

const STARTED_AT = Date.UTC(2026, 0, 2)

/** A run as it begins; the later its `number`, the later it began. */
export function begun(number: number): RunBegun {
  const users = [{ name: 'Visitor', weight: 1, fixedCount: 0, thinks: true, tasks: [] }]
  return {
    runId: idOf(number),
    startedAt: STARTED_AT + number * 60_000,
    plan,
    scenario: { users, thresholds: [], shape: null },
  }
}

export function idOf(number: number): string {
  return `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`
}

/** A second of one worker in which so much was asked. */
export function told(second: number, asked: readonly Asked[]): Told {
  return { snapshots: [{ snapshot: snapshotOf(second, asked), worker: 0 }], steering: [] }
}

export function ended(number: number, asked: readonly Asked[], state: RunEnd['state'] = 'completed'): RunEnd {
  return { state, error: undefined, record: { ...recordOf(asked), runId: idOf(number) } }
}
