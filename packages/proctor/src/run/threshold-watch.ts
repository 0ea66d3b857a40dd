import { nearest } from '../threshold/nearest.ts'
import type { RequestName, Threshold } from '../threshold/threshold.ts'
import { statsOf } from './measure.ts'
import { requestLabel, type Standing, type ThresholdRecord, thresholdRecord } from './threshold-record.ts'
import type { Timeline } from './timeline.ts'
import { watched, type WatchedThreshold } from './watched-threshold.ts'

/** Over the whole run the first seconds end nothing: connections are opened in them. A window has to be whole. */
const ABORT_GRACE_SECONDS = 5

/** All thresholds of a run: looked at each second, settled at its end. */
export class ThresholdWatch {
  readonly #all: readonly WatchedThreshold[]
  #missed: readonly ThresholdRecord[] = []
  /** The threshold that is to end the run, and how it stood then: what ends afterwards changes nothing. */
  #ending: { readonly threshold: Threshold; readonly standing: Standing } | undefined

  constructor(thresholds: readonly Threshold[]) {
    this.#all = thresholds.map(watched)
  }

  /** Those missed as things stood when the last second was told. */
  get missed(): readonly ThresholdRecord[] {
    return this.#missed
  }

  /** The first of those missed that is to end the run. */
  get ending(): ThresholdRecord | undefined {
    return (
      this.#ending && { ...thresholdRecord(this.#ending.threshold, this.#ending.standing), endedRun: true }
    )
  }

  /** Another whole second of the load is in the timeline. */
  second(timeline: Timeline): void {
    const elapsed = timeline.seconds.at(-1)!.elapsedMs / 1000
    for (const each of this.#all) each.second(timeline)
    const missed = this.#all
      .map((each) => ({ threshold: each.threshold, standing: each.standing(timeline, elapsed) }))
      .filter(({ standing }) => standing.state === 'missed')
    this.#missed = missed.map(({ threshold, standing }) => thresholdRecord(threshold, standing))
    this.#ending ??= missed.find(({ threshold }) => mayEndRun(threshold, elapsed))
  }

  /** How all stand when the run is over; `seconds` is how long its load lasted. */
  end(timeline: Timeline, seconds: number): ThresholdRecord[] {
    return this.#all.map((each) => {
      if (this.#ending?.threshold === each.threshold) return this.ending!
      const record = thresholdRecord(each.threshold, each.standing(timeline, seconds))
      return { ...record, nearestRequest: nearestRequest(each.threshold.request, timeline) }
    })
  }
}

function mayEndRun({ abort, windowSeconds }: Threshold, elapsedSeconds: number): boolean {
  return abort && elapsedSeconds >= (windowSeconds ?? ABORT_GRACE_SECONDS)
}

/** Of a name that never occurred it is likely that another was meant. */
function nearestRequest(request: RequestName | null, { requests }: Timeline): string | null {
  if (request === null || statsOf(request, requests).count > 0) return null
  const labels = requests.map(({ method, name }) =>
    requestLabel(request.method === null ? null : method, name),
  )
  return nearest(requestLabel(request.method, request.name), labels) ?? null
}
