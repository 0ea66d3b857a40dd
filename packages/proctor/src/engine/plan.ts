import type { Threshold } from '../threshold/threshold.ts'

/** All that a run needs to know: made once, never changed, the same for every worker. Crosses threads as it is. */
export interface Plan {
  /** Absolute path of the scenario file. */
  readonly scenario: string
  /** Base URL of the service. */
  readonly host: string
  readonly load: Load
  /** Every random choice of every user follows from it. */
  readonly seed: number
  /** Sent with every request, so that the service's log can tell this load from its users. */
  readonly userAgent: string
  /** How long requests under way are waited for when the run is over. */
  readonly stopTimeoutMs: number
  /** How long one request may take. */
  readonly requestTimeoutMs: number
  /** Share of requests (0–1) whose trace the service is asked to keep; `null` sends no trace headers. */
  readonly traceSampledShare: number | null
  /** Beside those of the scenario. Workers leave them alone: the run is judged as a whole. */
  readonly thresholds?: readonly Threshold[]
}

/** Users that ask, wait for the answer, think, and ask again. */
export interface Load {
  readonly kind: 'closed'
  readonly users: number
  /** Users started per second. */
  readonly spawnRate: number
  /** The ramp included; `null` runs until it is stopped. */
  readonly durationMs: number | null
}
