/** What may be asked of a metric of the scenario's own, by its kind. */
export type MetricStatistic =
  | { readonly of: 'sum' | 'rate' | 'last' | 'share' | 'count' | 'average' | 'min' | 'max' }
  | { readonly of: 'percentile'; readonly quantile: number }

export type MetricKind = 'counter' | 'gauge' | 'rate' | 'trend'

const STATISTICS: Readonly<Record<MetricKind, readonly MetricStatistic['of'][]>> = {
  counter: ['sum', 'rate'],
  gauge: ['last', 'min', 'max'],
  rate: ['share', 'count'],
  trend: ['percentile', 'average', 'min', 'max', 'count'],
}

export const METRIC_FIGURES = 'one of sum, rate, last, share, count, p50 … p99.9, median, average, min, max'

/** The statistic of this name; percentiles are read elsewhere. */
export function metricStatistic(word: string): MetricStatistic | undefined {
  const of = Object.values(STATISTICS)
    .flat()
    .find((each) => each === word && each !== 'percentile')
  return of === undefined || of === 'percentile' ? undefined : { of }
}

/** What a metric of this kind can be asked, in words; `undefined` where the statistic is one of them. */
export function expectedOf(kind: MetricKind, { of }: MetricStatistic): string | undefined {
  if (STATISTICS[kind].includes(of)) return undefined
  return STATISTICS[kind].map((each) => (each === 'percentile' ? 'p50 … p99.9, median' : each)).join(', ')
}
