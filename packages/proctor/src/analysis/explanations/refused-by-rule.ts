import type { Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration, quoted } from '../words.ts'
import { stretchOf } from './time.ts'

/** A token or session that was valid, and is no more. */
export const authExpiry: Explanation = {
  id: 'auth-expiry',
  claim(failing) {
    if (!isUnauthorized(failing) || failing.passed === 0) return undefined
    const age = failing.measure('userAgeMs')
    const isAfter = (age.failing.min ?? 0) >= (age.passing.max ?? Infinity) * 0.97
    const stretch = stretchOf(failing)
    const isLate = stretch.fromMs > 0.1 * stretch.endMs
    const score = isAfter
      ? Math.max(0.6, failing.separation(failing.count, 0))
      : isLate
        ? 0.55 + 0.35 * Math.max(0, stretch.score)
        : 0.4
    return {
      score: Math.min(1, score + (/expire/.test(failing.said) && isLate ? 0.15 : 0)),
      key: 'auth-expiry',
      cause: `the user's token or session had expired`,
      evidence: isAfter
        ? [
            `Each user passed until ${duration(age.passing.max ?? 0)} after its first request, and failed from ${duration(age.failing.min ?? 0)} on (${contrastWords(failing.contrast(failing.count, 0))}).`,
          ]
        : [
            `The service answered ${quoted(failing.signature)} first at ${duration(stretch.fromMs)}, though users had passed before.`,
          ],
      recommendation:
        'Let the test log in again when it is refused, or before the token expires; and see that clients do.',
    }
  },
}

/** Nobody is ever let in. */
export const neverAuthorized: Explanation = {
  id: 'unauthorized',
  claim(failing) {
    if (!isUnauthorized(failing) || failing.passed > 0) return undefined
    return {
      score: 0.9,
      key: 'unauthorized',
      cause: 'the service let nobody in',
      evidence: [`Every one of ${failing.of} was answered ${quoted(failing.signature)}.`],
      recommendation:
        'Send credentials: headers: { authorization: … } in the scenario; the kept request shows what was sent.',
    }
  },
}

function isUnauthorized({ status, said }: Failing): boolean {
  return status === 401 || (status === 403 && /token|expire|session|credential|auth/.test(said))
}

/** A path or method that the service does not know. */
export const noSuchRoute: Explanation = {
  id: 'no-such-route',
  claim(failing) {
    const { status, passed } = failing
    if ((status !== 404 && status !== 405 && status !== 410) || passed > 0) return undefined
    return {
      score: failing.count >= 3 ? 0.87 : 0.6,
      cause: `the service does not know this ${status === 405 ? 'method here' : 'path'}`,
      evidence: [`All ${failing.of} were answered ${quoted(failing.signature)}.`],
      recommendation: 'Check path and method in the scenario, and the path of -H.',
    }
  },
}
