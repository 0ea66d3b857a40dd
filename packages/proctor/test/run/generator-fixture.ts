import { NO_FLIGHT } from '../../src/engine/flight.ts'
import type { GeneratorSnapshot } from '../../src/engine/snapshot.ts'
import type { Soundness } from '../../src/run/soundness.ts'

/** A worker that has nothing to complain of. */
export const AT_EASE: GeneratorSnapshot = {
  eventLoopUtilization: 0,
  loopDelayP99Ms: 0,
  gcShare: 0,
  coreWaitShare: 0,
  stealShare: 0,
}

/** Of a snapshot in which nothing was in flight, and nobody arrived. */
export const NOBODY = { inFlight: 0, flight: NO_FLIGHT, arrivals: { offered: 0, achieved: 0 } }

export const SOUND: Soundness = { verdict: 'valid', reasons: [], signals: [], littlesLaw: null }
