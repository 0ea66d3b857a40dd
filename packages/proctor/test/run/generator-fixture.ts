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

export const SOUND: Soundness = { verdict: 'valid', reasons: [], signals: [] }
