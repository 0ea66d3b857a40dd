import type { Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords } from '../words.ts'

/** What is not ready is not the service, but what it sets up for each: only the first request of each user fails, or on each connection. */
export const firstOfEach: Explanation = {
  id: 'warm-up',
  claim(failing) {
    // Connections that were refused are none.
    if (failing.status === undefined) return undefined
    const { what, passing } = byUser(failing) ?? byConnection(failing) ?? {}
    if (what === undefined) return undefined
    return {
      score: failing.separation(failing.count, passing!),
      key: `first ${what}`,
      cause: `each was the first request ${what}, and what followed passed (${contrastWords(failing.contrast(failing.count, passing!))})`,
      evidence: [],
      recommendation:
        'Look at what the service sets up then: a session, a cache, a connection of its own; and let it wait for that rather than fail.',
    }
  },
}

interface First {
  readonly what: string
  /** How many that passed were such, too. */
  readonly passing: number
}

function byUser(failing: Failing): First | undefined {
  const { failing: ages, passing } = failing.measure('userAgeMs')
  if (ages.max !== 0) return undefined
  return { what: 'of its user', passing: below(1, passing) }
}

function byConnection(failing: Failing): First | undefined {
  const { failing: uses, passing } = failing.measure('connectionUse')
  if (uses.min !== 1 || uses.max !== 1) return undefined
  return { what: 'on its connection', passing: below(2, passing) }
}

function below(value: number, { octaves }: ReturnType<Failing['measure']>['passing']): number {
  return octaves.reduce((sum, [octave, count]) => sum + (2 ** octave <= value ? count : 0), 0)
}
