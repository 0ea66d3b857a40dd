import { nearest } from '../threshold/nearest.ts'
import type { RequestName, Threshold } from '../threshold/threshold.ts'
import { statsOf } from './measure.ts'
import { requestLabel, type Standing, type ThresholdRecord, thresholdRecord } from './threshold-record.ts'
import type { Timeline } from './timeline.ts'
import { type RunSoFar, watched, type WatchedThreshold } from './watched-threshold.ts'

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

  /** Another whole second of the load is in the timeline; where the load goes on, a threshold may end it. */
  second(timeline: Timeline, loadGoesOn = true): void {
    const elapsed = timeline.seconds.at(-1)!.elapsedMs / 1000
    const run = runSoFar(timeline, elapsed)
    for (const each of this.#all) each.second(timeline)
    const missed = this.#all
      .map((each) => ({ threshold: each.threshold, standing: each.standing(run) }))
      .filter(({ standing }) => standing.state === 'missed')
    this.#missed = missed.map(({ threshold, standing }) => thresholdRecord(threshold, standing))
    if (loadGoesOn) this.#ending ??= missed.find(({ threshold }) => mayEndRun(threshold, elapsed))
  }

  /** How all stand when the run is over; `seconds` is how long its load lasted. */
  end(timeline: Timeline, seconds: number): ThresholdRecord[] {
    const run = runSoFar(timeline, seconds)
    return this.#all.map((each) => {
      const { threshold } = each
      const record =
        threshold === this.#ending?.threshold ? this.ending! : thresholdRecord(threshold, each.standing(run))
      return { ...record, nearestRequest: nearestRequest(threshold.request, run) }
    })
  }
}

/** The timeline sorts its requests at each asking: it is asked once. */
function runSoFar({ total, requests, transactions, metrics }: Timeline, seconds: number): RunSoFar {
  return { total, requests: [...requests, ...transactions], metrics, seconds }
}

function mayEndRun({ abort, windowSeconds }: Threshold, elapsedSeconds: number): boolean {
  return abort && elapsedSeconds >= (windowSeconds ?? ABORT_GRACE_SECONDS)
}

/** Of a name that never occurred it is likely that another was meant. */
function nearestRequest(request: RequestName | null, { requests }: RunSoFar): string | null {
  if (request === null || statsOf(request, requests).count > 0) return null
  const labels = requests.map(({ method, name }) =>
    requestLabel(request.method === null ? null : method, name),
  )
  return nearest(requestLabel(request.method, request.name), labels) ?? null
}
