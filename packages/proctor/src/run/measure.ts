import type { Histogram } from '../stats/histogram.ts'
import type { RequestStats } from '../stats/request-stats.ts'
import type { RequestFigure, RequestName, Threshold, Time } from '../threshold/threshold.ts'
import { sumOf } from './sliding-stats.ts'
import type { NamedStats } from './timeline.ts'

/** A threshold on what was asked. */
export type RequestThreshold = Threshold & { readonly figure: RequestFigure }

/** The figure that a threshold limits, in the unit of its limit; `null` without samples, whatever the figure. */
export function measure(
  { figure, unit }: RequestThreshold,
  stats: RequestStats,
  seconds: number,
): number | null {
  const { count, failed } = stats
  if (count === 0) return null
  switch (figure.kind) {
    case 'failures':
      return unit === '%' ? (100 * failed.count) / count : failed.count
    case 'requests':
      return count
    case 'rate':
      return seconds > 0 ? count / seconds : null
    default:
      return statistic(figure, times(stats, figure.time))
  }
}

type TimeFigure = Extract<RequestFigure, { time: Time }>

function statistic(figure: TimeFigure, histogram: Histogram): number | null {
  switch (figure.kind) {
    case 'percentile':
      return histogram.percentileMs(figure.quantile)
    case 'average':
      return histogram.meanMs
    case 'min':
      return histogram.minMs
    default:
      return histogram.maxMs
  }
}

function times(stats: RequestStats, time: Time): Histogram {
  return time === 'service' ? stats.service() : stats.all()
}

/** All requests of the name, added up. */
export function statsOf(request: RequestName | null, requests: readonly NamedStats[]): RequestStats {
  const named = requests.filter((other) => isOf(request, other))
  return named.length === 1 ? named[0]!.stats : sumOf(named.map(({ stats }) => stats))
}

function isOf(request: RequestName | null, { method, name }: NamedStats): boolean {
  return request === null || (request.name === name && (request.method === null || request.method === method))
}
