import { Histogram, type HistogramWire } from '../stats/histogram.ts'
import type { MetricKind } from '../threshold/metric-figure.ts'
import { describe, Expectations } from './expectations.ts'

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
  /** `trues` of `count`. */
  | { readonly kind: 'rate'; readonly trues: number; readonly count: number }
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

/** How often something was so: orders that were paid at once, answers from a cache. Its share is reported. */
export interface Rate {
  /** Once more it was so, or not. */
  add(wasSo: boolean): void
}

/** Values whose distribution matters: items of a basket, a time that the service tells. ≥ 0; percentiles are within 0.3 %. */
export interface Trend {
  /** One more of them, ≥ 0. */
  record(value: number): void
}

/** A metric that a scenario has declared. */
interface Declared {
  readonly kind: MetricKind
  /** What came in since the last time; `undefined` where nothing did. */
  readonly take: (now: number) => MetricInterval | undefined
}

const MOST_METRICS = 200

/** One scenario is loaded in a thread. */
let declared = new Map<string, Declared>()

/** Those of a scenario before are no more. @internal */
export function forgetMetrics(): void {
  declared = new Map()
}

/** `now` in milliseconds since the Unix epoch. @internal */
export function takeMetrics(now: number): MetricInterval[] {
  if (declared.size === 0) return []
  return [...declared.values()].flatMap(({ take }) => take(now) ?? [])
}

/** What the scenario has declared. @internal */
export function declaredMetrics(): ReadonlyMap<string, MetricKind> {
  return new Map([...declared].map(([name, { kind }]) => [name, kind]))
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
  // One that stays at 0 is told of, too, once.
  let sum: number | undefined = 0
  declare(name, 'counter', () => {
    const interval = sum === undefined ? undefined : ({ kind: 'counter', name, unit, sum } as const)
    sum = undefined
    return interval
  })
  return { add: (by = 1) => void (sum = (sum ?? 0) + amount('add', by)) }
}

/** Declares a metric that goes up and down; see `counter`. */
export function gauge(name: string, { unit = '' }: MetricOptions = {}): Gauge {
  let seen: { last: number; min: number; max: number } | undefined
  declare(name, 'gauge', (now) => {
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

/** Declares a metric that says how often something was so; see `counter`. */
export function rate(name: string, { unit = '' }: MetricOptions = {}): Rate {
  let [trues, count] = [0, 0]
  declare(name, 'rate', () => {
    const interval = count === 0 ? undefined : ({ kind: 'rate', name, unit, trues, count } as const)
    ;[trues, count] = [0, 0]
    return interval
  })
  return {
    add(wasSo) {
      if (typeof wasSo !== 'boolean')
        throw new TypeError(`expected add(wasSo) with true or false, got ${describe(wasSo)}`)
      count += 1
      if (wasSo) trues += 1
    },
  }
}

/** Declares a metric of which percentiles are told; see `counter`. */
export function trend(name: string, { unit = '' }: MetricOptions = {}): Trend {
  const values = new Histogram()
  declare(name, 'trend', () => {
    if (values.count === 0) return undefined
    const interval = { kind: 'trend', name, unit, values: values.toWire() } as const
    values.clear()
    return interval
  })
  return { record: (value) => values.record(amount('record', value)) }
}

function declare(name: string, kind: MetricKind, take: Declared['take']): void {
  const expected = new Expectations()
  expected.holds(typeof name === 'string' && name !== '', 'a name of a metric', name)
  expected.holds(!declared.has(name), 'one metric of a name', name)
  expected.holds(declared.size < MOST_METRICS, `at most ${MOST_METRICS} metrics`, name)
  declared.set(name, { kind, take })
}

function amount(call: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value
  throw new RangeError(`expected ${call}(value) with a number ≥ 0, got ${value}`)
}
