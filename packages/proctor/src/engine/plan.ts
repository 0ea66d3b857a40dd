import type { TlsSettings } from '../http/tls.ts'
import type { ArgumentValue } from '../scenario/arguments.ts'
import type { Selection } from '../scenario/selection.ts'
import type { Stage } from '../shape/profile.ts'
import type { Threshold } from '../threshold/threshold.ts'

/** All that a run needs to know: made once, never changed, the same for every worker. Crosses threads as it is. */
export interface Plan {
  /** Absolute path of the scenario file. */
  readonly scenario: string
  /** What of it is run; all unless given. */
  readonly selection?: Selection
  /** What it is told: the arguments that it declares, by name. */
  readonly arguments?: Readonly<Record<string, ArgumentValue>>
  /** Base URL of the service. */
  readonly host: string
  readonly load: Load
  /** Whether flags said what the load is; where they didn't, a shape of the scenario's takes its place. */
  readonly isLoadGiven: boolean
  /** How many workers share the load; fewer where the scenario's own load has no work for so many. */
  readonly workers: number
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
  /** How connections are secured; as Node would have it, unless given. */
  readonly tls?: TlsSettings
  /** Whether HTTP/2 is spoken; HTTP/1.1 unless given. */
  readonly http2?: boolean
  /** Where connections come from, each in turn; the system chooses unless given. */
  readonly localAddresses?: readonly string[]
  /** Whether failing requests are kept to be contrasted with those that passed; they are, unless it is said otherwise. */
  readonly keepsEvidence?: boolean
  /** Names whose values are masked wherever they stand, beside those that everybody keeps secret. */
  readonly redact?: readonly string[]
  /** Which bodies are kept of the requests that are kept whole; all, unless it is said otherwise. */
  readonly keepBodies?: KeptBodies
  /** Beside those of the scenario. Workers leave them alone: the run is judged as a whole. */
  readonly thresholds?: readonly Threshold[]
}

export type KeptBodies = 'none' | 'failures' | 'all-exemplars'

export type Load = ClosedLoad | OpenLoad

interface LoadBounds {
  /** The ramp included; `null` runs until it is stopped. */
  readonly durationMs: number | null
  /** The run is over when so many tasks have been done; `null` sets no bound. */
  readonly iterations: number | null
}

/** Users that ask, wait for the answer, think, and ask again. */
export interface ClosedLoad extends LoadBounds {
  readonly kind: 'closed'
  /** At the peak. */
  readonly users: number
  /** Users started per second; also where the load is changed while it runs. */
  readonly spawnRate: number
  /** Users over time; `null` starts them all at the spawn rate, `scenario` is a function of the scenario's. */
  readonly stages: readonly Stage[] | 'scenario' | null
}

/** Arrivals that come when they come, however long the answers take. Each does one task. */
export interface OpenLoad extends LoadBounds {
  readonly kind: 'open'
  /** At the peak. */
  readonly arrivalsPerSecond: number
  readonly spacing: 'poisson' | 'uniform'
  /** Arrivals a second over time; `null` is the peak throughout, `scenario` is a function of the scenario's. */
  readonly stages: readonly Stage[] | 'scenario' | null
  /** The most users at work at a time; `null` sets no bound. */
  readonly maxUsers: number | null
  /** What becomes of arrivals that find as many at work: they wait and are late, or are counted as missed. */
  readonly whenBusy: 'late' | 'missed'
}

/** Which part of a load a worker has. */
export interface Share {
  readonly worker: number
  readonly of: number
}

export const WHOLE: Share = { worker: 0, of: 1 }

/** A worker's part of what is divided; the first workers have what is left over. */
export function partOf(all: number, { worker, of }: Share): number {
  return Math.floor(all / of) + (worker < all % of ? 1 : 0)
}

/** The most users of a load at a time; a worker for each is the most that have work. */
export function mostAtWork(load: Load): number {
  if (load.kind === 'open') return load.maxUsers ?? Infinity
  return load.stages === 'scenario' ? Infinity : Math.max(1, Math.ceil(load.users))
}
