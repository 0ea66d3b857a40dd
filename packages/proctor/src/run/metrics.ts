import type { MetricInterval } from '../scenario/metric.ts'
import type { MetricStatistic } from '../threshold/metric-figure.ts'
import { Histogram } from '../stats/histogram.ts'

/** A metric of the scenario's over the whole run; `null` where it has no such figure. */
export interface MetricRecord {
  readonly name: string
  readonly kind: MetricInterval['kind']
  readonly unit: string
  /** How many values there were, or answers of a rate; of a counter and a gauge `null`. */
  readonly count: number | null
  /** A counter's sum, a gauge's last, of a rate the share that was so, 0 to 1. */
  readonly value: number | null
  readonly perSecond: number | null
  readonly min: number | null
  readonly max: number | null
  readonly average: number | null
  readonly median: number | null
  readonly p95: number | null
  readonly p99: number | null
}

const NO_FIGURES = {
  count: null,
  value: null,
  perSecond: null,
  min: null,
  max: null,
  average: null,
  median: null,
  p95: null,
  p99: null,
}

/** The metrics of a run, merged from what every worker told. */
export class Metrics {
  readonly #byName = new Map<string, MetricInterval>()
  readonly #trends = new Map<string, Histogram>()

  add(interval: MetricInterval): void {
    const { name } = interval
    if (interval.kind === 'trend') {
      const values = this.#trends.get(name) ?? new Histogram()
      values.merge(Histogram.fromWire(interval.values))
      this.#trends.set(name, values)
    }
    const known = this.#byName.get(name)
    this.#byName.set(name, known === undefined ? interval : merged(known, interval))
  }

  /** `seconds` is the time over which rates are taken. */
  records(seconds: number): MetricRecord[] {
    return [...this.#byName.values()].map((interval) => this.#record(interval, seconds))
  }

  /** Of one metric, in the unit of thresholds: a share in percent. `null` where nothing was told of it. */
  figure(name: string, statistic: MetricStatistic, seconds: number): number | null {
    const record = this.#recordOf(name, seconds)
    if (record === undefined) return null
    switch (statistic.of) {
      case 'percentile':
        return this.#trends.get(name)?.percentileMs(statistic.quantile) ?? null
      case 'share':
        return record.value === null ? null : 100 * record.value
      case 'rate':
        return record.perSecond
      case 'sum':
      case 'last':
        return record.value
      default:
        return record[statistic.of]
    }
  }

  #recordOf(name: string, seconds: number): MetricRecord | undefined {
    const interval = this.#byName.get(name)
    return interval && this.#record(interval, seconds)
  }

  #record(interval: MetricInterval, seconds: number): MetricRecord {
    const { name, kind, unit } = interval
    const figures = { ...NO_FIGURES, name, kind, unit }
    if (kind === 'counter') {
      return { ...figures, value: interval.sum, perSecond: seconds > 0 ? interval.sum / seconds : 0 }
    }
    if (kind === 'rate') return { ...figures, count: interval.count, value: interval.trues / interval.count }
    if (kind === 'gauge') return { ...figures, value: interval.last, min: interval.min, max: interval.max }
    const values = this.#trends.get(name)!
    return {
      ...figures,
      count: values.count,
      min: values.minMs,
      max: values.maxMs,
      average: values.meanMs,
      median: values.percentileMs(0.5),
      p95: values.percentileMs(0.95),
      p99: values.percentileMs(0.99),
    }
  }
}

function merged(one: MetricInterval, other: MetricInterval): MetricInterval {
  if (one.kind === 'counter' && other.kind === 'counter') return { ...one, sum: one.sum + other.sum }
  if (one.kind === 'rate' && other.kind === 'rate')
    return { ...one, trues: one.trues + other.trues, count: one.count + other.count }
  if (one.kind !== 'gauge' || other.kind !== 'gauge') return one
  const { last, lastAt } = other.lastAt >= one.lastAt ? other : one
  return { ...one, last, lastAt, min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) }
}
