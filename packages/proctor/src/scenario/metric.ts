import { Histogram, type HistogramWire } from '../stats/histogram.ts'
import { Expectations } from './expectations.ts'

/** What may be said of a metric. */
export interface MetricOptions {
  /** What is counted or measured: `orders`, `ms`, `bytes`. */
  unit?: string
}

/** What one worker has seen of one metric since the last time. Merges exactly. @internal */
export type MetricInterval = { readonly name: string; readonly unit: string } & (
  | { readonly kind: 'counter'; readonly sum: number }
  | {
      readonly kind: 'gauge'
      readonly last: number
      /** Of several workers the newest counts. Milliseconds since the Unix epoch. */
      readonly lastAt: number
      readonly min: number
      readonly max: number
    }
  | { readonly kind: 'trend'; readonly values: HistogramWire }
)

/** Counts up: orders placed, bytes saved. */
export interface Counter {
  /** `by` ≥ 0; 1 unless given. */
  add(by?: number): void
}

/** A value that goes up and down: the length of a queue. Its last, lowest and highest are reported. */
export interface Gauge {
  /** It is this now. */
  set(value: number): void
}

/** Values whose distribution matters: items of a basket, a time that the service tells. ≥ 0; percentiles are within 0.3 %. */
export interface Trend {
  /** One more of them, ≥ 0. */
  record(value: number): void
}

/** Of what a scenario declares, what came in since the last time; `undefined` where nothing did. */
type Take = (now: number) => MetricInterval | undefined

const MOST_METRICS = 200

/** One scenario is loaded in a thread. */
let declared = new Map<string, Take>()

/** Those of a scenario before are no more. @internal */
export function forgetMetrics(): void {
  declared = new Map()
}

/** `now` in milliseconds since the Unix epoch. @internal */
export function takeMetrics(now: number): MetricInterval[] {
  if (declared.size === 0) return []
  return [...declared.values()].flatMap((take) => take(now) ?? [])
}

/**
 * Declares a metric that counts up. It stands in the summary and in `metrics[]` of the report.
 *
 * ```ts
 * import { counter, defineUser } from 'proctor'
 *
 * const orders = counter('orders')
 *
 * export const Buyer = defineUser({
 *   tasks: {
 *     async order({ http }) {
 *       const response = await http.post('/orders')
 *       if (response.ok) orders.add()
 *     },
 *   },
 * })
 * ```
 *
 * Throws a `ScenarioError` where the name was taken.
 */
export function counter(name: string, { unit = '' }: MetricOptions = {}): Counter {
  let sum = 0
  declare(name, () => {
    const interval = sum === 0 ? undefined : ({ kind: 'counter', name, unit, sum } as const)
    sum = 0
    return interval
  })
  return { add: (by = 1) => void (sum += amount('add', by)) }
}

/** Declares a metric that goes up and down; see `counter`. */
export function gauge(name: string, { unit = '' }: MetricOptions = {}): Gauge {
  let seen: { last: number; min: number; max: number } | undefined
  declare(name, (now) => {
    const interval = seen && ({ kind: 'gauge', name, unit, lastAt: now, ...seen } as const)
    seen = undefined
    return interval
  })
  return {
    set(value) {
      if (!Number.isFinite(value)) throw new RangeError(`expected set(value) with a number, got ${value}`)
      seen = {
        last: value,
        min: Math.min(seen?.min ?? value, value),
        max: Math.max(seen?.max ?? value, value),
      }
    },
  }
}

/** Declares a metric of which percentiles are told; see `counter`. */
export function trend(name: string, { unit = '' }: MetricOptions = {}): Trend {
  const values = new Histogram()
  declare(name, () => {
    if (values.count === 0) return undefined
    const interval = { kind: 'trend', name, unit, values: values.toWire() } as const
    values.clear()
    return interval
  })
  return { record: (value) => values.record(amount('record', value)) }
}

function declare(name: string, take: Take): void {
  const expected = new Expectations()
  expected.holds(typeof name === 'string' && name !== '', 'a name of a metric', name)
  expected.holds(!declared.has(name), 'one metric of a name', name)
  expected.holds(declared.size < MOST_METRICS, `at most ${MOST_METRICS} metrics`, name)
  declared.set(name, take)
}

function amount(call: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value
  throw new RangeError(`expected ${call}(value) with a number ≥ 0, got ${value}`)
}
