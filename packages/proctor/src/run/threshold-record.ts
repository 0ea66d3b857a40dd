import type { Operator, Threshold, Unit } from '../threshold/threshold.ts'

/** What became of a threshold. */
export interface ThresholdRecord {
  readonly expression: string
  /** `GET /students`, or the name alone where it is of any method; `null` is over all requests. */
  readonly request: string | null
  /** As written: `p99`, `service average`, `failures`. */
  readonly metric: string
  readonly operator: Operator
  readonly limit: number
  /** Of the limit and of the values. */
  readonly unit: Unit
  /** Of the sliding window; `null` is the whole run. */
  readonly windowSeconds: number | null
  readonly state: 'held' | 'missed'
  /** Of the whole run; with a window the worst of all windows. `null` where there were no samples. */
  readonly value: number | null
  /** Why it is missed; `null` where it held. */
  readonly reason: MissReason | null
  /** The first window that missed: the second at whose end it closed, as in `timeline[]`, and its value. */
  readonly firstMissed: FirstMissed | null
  /** The name that was asked for and is most like one that never was. */
  readonly nearestRequest: string | null
  /** Whether missing it ended the run. */
  readonly endedRun: boolean
}

/** No sample never passes, and nor does a run shorter than the window. */
export type MissReason = 'limit' | 'no-samples' | 'no-whole-window'

export interface FirstMissed {
  readonly second: number
  readonly value: number | null
}

/** What is known of a threshold at some moment; `open` is what only the rest of the run can decide. */
export interface Standing extends Pick<ThresholdRecord, 'value' | 'reason' | 'firstMissed'> {
  readonly state: 'held' | 'missed' | 'open'
}

export function thresholdRecord(
  { expression, request, figure: { name }, operator, limit, unit, windowSeconds }: Threshold,
  { state, value, reason, firstMissed }: Standing,
): ThresholdRecord {
  return {
    expression,
    request: request === null ? null : requestLabel(request.method, request.name),
    metric: name,
    operator,
    limit,
    unit,
    windowSeconds,
    state: state === 'held' ? 'held' : 'missed',
    value: figure(value, unit),
    reason,
    firstMissed: firstMissed && { ...firstMissed, value: figure(firstMissed.value, unit) },
    nearestRequest: null,
    endedRun: false,
  }
}

/** Times to the microsecond; a share stays as it is, since any failure of many must not read 0. */
function figure(value: number | null, unit: Unit): number | null {
  return value === null || unit !== 'ms' ? value : Math.round(value * 1000) / 1000
}

export function requestLabel(method: string | null, name: string): string {
  return method === null ? name : `${method} ${name}`
}
