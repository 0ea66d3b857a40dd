import type { Failing } from './failing.ts'
import type { Finding } from './finding.ts'

/** One cause that failures may have: it looks at those of one signature, and says how well it fits. */
export interface Explanation {
  readonly id: string
  /** Of those that say only when it failed: what says why is preferred to them, and they stand beside it. */
  readonly tells?: 'when'
  /** `undefined` where nothing speaks for it. */
  claim(this: void, failing: Failing): Claim | undefined
}

/** What an explanation says of the failures of one signature. */
export interface Claim {
  /** How well it fits, 0–1: from 0.85 it is certain, unless a rival comes near; below 0.35 it explains nothing. */
  readonly score: number
  /** Behind `19 of 601 POST /students failed: `, up to the full stop. */
  readonly cause: string
  /** Where it depends on which they are: the cause as it holds of all that one finding is about. */
  readonly causeOfAll?: (failures: readonly Failing[]) => string
  readonly evidence: readonly string[]
  readonly recommendation: string
  /** Failures of other requests with the same id and key have the same cause. */
  readonly key?: string
  /** What follows from it beside. */
  readonly also?: readonly Finding[]
}
