import { holds, isLeast, isTotal, type MetricFigure, type Threshold } from '../threshold/threshold.ts'
import { measure, type RequestThreshold, statsOf } from './measure.ts'
import { SlidingStats } from './sliding-stats.ts'
import type { FirstMissed, Standing } from './threshold-record.ts'
import type { Timeline } from './timeline.ts'

/** All that ended until now, and how long the load lasted. */
export interface RunSoFar extends Pick<Timeline, 'total' | 'requests' | 'metrics'> {
  readonly seconds: number
}

/** A threshold, followed through a run. */
export interface WatchedThreshold {
  readonly threshold: Threshold
  /** Another whole second of the load is in the timeline. */
  second(timeline: Timeline): void
  standing(run: RunSoFar): Standing
}

export function watched(threshold: Threshold): WatchedThreshold {
  const { figure, windowSeconds } = threshold
  if (figure.kind === 'metric') return new MetricThreshold(threshold, figure)
  return windowSeconds === null
    ? new WholeRunThreshold({ ...threshold, figure })
    : new WindowThreshold({ ...threshold, figure }, windowSeconds)
}

/** How a threshold over the whole run stands at this value. */
function standingAt(threshold: Threshold, value: number | null): Standing {
  if (value === null) return { state: 'open', value, reason: 'no-samples', firstMissed: null }
  if (holds(threshold, value)) return { state: 'held', value, reason: null, firstMissed: null }
  const mayCome = isTotal(threshold.figure) && isLeast(threshold)
  return { state: mayCome ? 'open' : 'missed', value, reason: 'limit', firstMissed: null }
}

/** On a metric of the scenario's own, over the whole run. */
class MetricThreshold implements WatchedThreshold {
  readonly threshold: Threshold
  readonly #figure: MetricFigure

  constructor(threshold: Threshold, figure: MetricFigure) {
    this.threshold = threshold
    this.#figure = figure
  }

  second(): void {}

  standing({ metrics, seconds }: RunSoFar): Standing {
    const { metric, statistic } = this.#figure
    return standingAt(this.threshold, metrics.figure(metric, statistic, seconds))
  }
}

/** What the whole run is measured by has nothing to remember: the timeline is its sum. */
class WholeRunThreshold implements WatchedThreshold {
  readonly threshold: RequestThreshold

  constructor(threshold: RequestThreshold) {
    this.threshold = threshold
  }

  second(): void {}

  standing({ total, requests, seconds }: RunSoFar): Standing {
    const { request } = this.threshold
    const stats = request === null ? total : statsOf(request, requests)
    return standingAt(this.threshold, measure(this.threshold, stats, seconds))
  }
}

/** Missed by any window of whole seconds, each a second after the one before, it is missed for good. */
class WindowThreshold implements WatchedThreshold {
  readonly threshold: RequestThreshold
  readonly #seconds: number
  readonly #sliding: SlidingStats
  #worst: number | null = null
  #firstMissed: FirstMissed | null = null

  constructor(threshold: RequestThreshold, seconds: number) {
    this.threshold = threshold
    this.#seconds = seconds
    this.#sliding = new SlidingStats(seconds)
  }

  second(timeline: Timeline): void {
    const { latest, latestTransactions } = timeline
    const { request } = this.threshold
    // Over all requests is over no transaction.
    this.#sliding.push(statsOf(request, request === null ? latest : [...latest, ...latestTransactions]))
    if (!this.#sliding.isFull) return
    const value = measure(this.threshold, this.#sliding.sum(), this.#windowsTime(timeline))
    if (value === null || !holds(this.threshold, value)) {
      this.#firstMissed ??= { second: timeline.seconds.at(-1)!.second, value }
    }
    this.#worst = this.#worseOf(value)
  }

  standing(): Standing {
    const [value, firstMissed] = [this.#worst, this.#firstMissed]
    if (!this.#sliding.isFull) return { state: 'open', value, reason: 'no-whole-window', firstMissed }
    if (firstMissed === null) return { state: 'held', value, reason: null, firstMissed }
    return {
      state: 'missed',
      value,
      reason: firstMissed.value === null ? 'no-samples' : 'limit',
      firstMissed,
    }
  }

  #worseOf(value: number | null): number | null {
    if (value === null || this.#worst === null) return value ?? this.#worst
    return isLeast(this.threshold) ? Math.min(this.#worst, value) : Math.max(this.#worst, value)
  }

  /** By the worker's clock: a second that came late was longer. */
  #windowsTime({ seconds }: Timeline): number {
    const before = seconds.at(-1 - this.#seconds)?.elapsedMs ?? 0
    return (seconds.at(-1)!.elapsedMs - before) / 1000
  }
}
