import type { MetricStatistic } from './metric-figure.ts'

/** A figure of a run and the limit it has to keep to, as `GET /students p99<200ms over 10s abort` says it. */
export interface Threshold {
  /** As written. */
  readonly expression: string
  /** `null` is over all requests. */
  readonly request: RequestName | null
  readonly figure: Figure
  readonly operator: Operator
  /** In `unit`. */
  readonly limit: number
  readonly unit: Unit
  /** Of the sliding window; `null` is the whole run. */
  readonly windowSeconds: number | null
  /** Whether missing it ends the run. */
  readonly abort: boolean
}

/** Requests by name; of every method where none is given. */
export interface RequestName {
  readonly method: string | null
  readonly name: string
}

/** `name` is as written: `p99`, `service average`, `rate`, `metric orders sum`. */
export type Figure = RequestFigure | MetricFigure

export type RequestFigure = { readonly name: string } & (
  | { readonly kind: 'percentile'; readonly quantile: number; readonly time: Time }
  | { readonly kind: 'average' | 'min' | 'max'; readonly time: Time }
  | { readonly kind: 'failures' | 'requests' | 'rate' }
)

/** Of a metric of the scenario's own. */
export interface MetricFigure {
  readonly name: string
  readonly kind: 'metric'
  /** Its name. */
  readonly metric: string
  readonly statistic: MetricStatistic
}

/** From the scheduled start of an open load, or, whatever the load, from the write. */
export type Time = 'response' | 'service'

/** Milliseconds, a share, requests a second, or a count. */
export type Unit = 'ms' | '%' | '/s' | ''

const COMPARISONS = {
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
} as const

export type Operator = keyof typeof COMPARISONS

/** Whether the figure only grows, and so is there at the end of a run. */
export function isTotal(figure: Figure): boolean {
  if (figure.kind === 'metric') return figure.statistic.of === 'sum' || figure.statistic.of === 'count'
  return figure.kind === 'requests'
}

/** Whether the limit is a least, such as `rate>100/s`, and not a most. */
export function isLeast({ operator }: Pick<Threshold, 'operator'>): boolean {
  return operator.startsWith('>')
}

export function holds({ operator, limit }: Pick<Threshold, 'operator' | 'limit'>, value: number): boolean {
  return COMPARISONS[operator](value, limit)
}
