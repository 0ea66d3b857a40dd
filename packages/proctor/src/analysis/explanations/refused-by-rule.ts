import type { Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration, quoted } from '../words.ts'
import { stretchOf } from './time.ts'

/** A token or session that was valid, and is no more. */
export const authExpiry: Explanation = {
  id: 'auth-expiry',
  claim(failing) {
    if (failing.passed === 0) return undefined
    const signs = [byAge(failing), byRenewal(failing), byTime(failing)].filter((sign) => sign !== undefined)
    const best = signs.toSorted((a, b) => b.score - a.score)[0]
    if (best === undefined) return undefined
    return {
      score: Math.min(1, best.score + (EXPIRED.test(failing.said) ? 0.15 : 0)),
      key: 'auth-expiry',
      cause: `the user's token or session had expired`,
      evidence: [best.evidence],
      recommendation:
        'Let the test log in again when it is refused, or before the token expires; and see that clients do.',
    }
  },
}

interface Sign {
  readonly score: number
  readonly evidence: string
}

/** 419 and 440 are those of frameworks for a session that is over, 498 that of some for a token. */
const STATUSES = new Set([401, 419, 440, 498])
const EXPIRED = /expire|no longer valid|abgelaufen|expiré|caducad|expirad|scadut|verlopen|истек/
const OF_A_LOGIN = /token|expire|session|sitzung|credential|auth|jwt|login|log in|sign in|anmeld/

function isUnauthorized({ status, said }: Failing): boolean {
  if (status === undefined) return false
  return (
    STATUSES.has(status) ||
    (status === 403 && OF_A_LOGIN.test(said)) ||
    // Some answer 400 or 500, and say what it is.
    (EXPIRED.test(said) && OF_A_LOGIN.test(said.replaceAll('expire', '')))
  )
}

/** Each user passes until it is so old, and fails from then on. */
function byAge(failing: Failing): Sign | undefined {
  const { failing: ages, passing } = failing.measure('userAgeMs')
  const isAfter = (ages.min ?? 0) >= (passing.max ?? Infinity) * 0.97
  // Forbidden is what a service says of much else: then the users' own ages have to tell it better than the time.
  const isOwn = failing.status === 403 && stretchOf(failing).passing > 0
  if (!isAfter || !(isUnauthorized(failing) || isOwn) || !isOverOrSaid(failing)) return undefined
  return {
    score: Math.max(0.6, failing.separation(failing.count, 0)) - (isUnauthorized(failing) ? 0 : 0.15),
    evidence: `Each user passed until ${duration(passing.max ?? 0)} after its first request, and failed from ${duration(ages.min ?? 0)} on (${contrastWords(failing.contrast(failing.count, 0))}).`,
  }
}

/** Such users prove little: one has a last request that fails by chance, too. */
const LEAST_USERS = 3
/** So many of those that were refused may have passed again. */
const MOST_RETURNS = 0.1

/** By the service's own words, or since several users passed, and from then on failed each time. */
function isOverOrSaid({ said, runs, turns, count }: Failing): boolean {
  if (EXPIRED.test(said)) return true
  if (runs === undefined || turns === undefined) return false
  const ends = runs.ofName.reduce((sum, [, times]) => sum + times, 0)
  const { same, other } = turns.ofName
  const returns = same.changes + other.changes - ends
  return ends >= LEAST_USERS && count >= 2 * ends && returns <= MOST_RETURNS * ends
}

/** By chance the times vary by nearly as much as they last; a few do so less. */
const MOST_DEVIATION = { ofMany: 0.3, many: 12, ofFew: 0.15 }

/** Users log in again and pass, each for as long as the time before. */
function byRenewal(failing: Failing): Sign | undefined {
  const { count, sumMs, sumOfSquares } = failing.runs?.lasted ?? { count: 0, sumMs: 0, sumOfSquares: 0 }
  if (!isUnauthorized(failing) || count < 6) return undefined
  const meanMs = sumMs / count
  const deviation = Math.sqrt(Math.max(0, sumOfSquares / count - meanMs ** 2))
  const most = count >= MOST_DEVIATION.many ? MOST_DEVIATION.ofMany : MOST_DEVIATION.ofFew
  if (deviation > most * meanMs) return undefined
  return {
    score: count >= MOST_DEVIATION.many ? 0.86 : 0.7,
    evidence: `${count} times a user was refused after it had passed for ${duration(meanMs)} (give or take ${duration(deviation)}): each time as long.`,
  }
}

/** Nobody passes any more, from a time on. */
function byTime(failing: Failing): Sign | undefined {
  const stretch = stretchOf(failing)
  if (!isUnauthorized(failing) || stretch.fromMs < 0.1 * stretch.endMs || stretch.toMs < 0.8 * stretch.endMs)
    return undefined
  if (!isOverOrSaid(failing) || (stretch.score < 0.3 && !EXPIRED.test(failing.said))) return undefined
  return {
    score: 0.55 + 0.35 * Math.max(0, stretch.score),
    evidence: `The service answered ${quoted(failing.signature)} first at ${duration(stretch.fromMs)}, though users had passed before.`,
  }
}

/** Nobody is ever let in. */
export const neverAuthorized: Explanation = {
  id: 'unauthorized',
  claim(failing) {
    const { status, passed, of, signature } = failing
    const isForbidden = status === 403 || status === 407
    if (passed > 0 || !(isUnauthorized(failing) || isForbidden)) return undefined
    return {
      score: status === 401 || isUnauthorized(failing) ? 0.9 : 0.75,
      key: 'unauthorized',
      cause: 'the service let nobody in',
      evidence: [`Every one of ${of} was answered ${quoted(signature)}.`],
      recommendation:
        'Send credentials: headers: { authorization: … } in the scenario; the kept request shows what was sent.',
    }
  },
}

/** A path or method that the service does not know. */
export const noSuchRoute: Explanation = {
  id: 'no-such-route',
  claim(failing) {
    const { status, passed } = failing
    if ((status !== 404 && status !== 405 && status !== 410) || passed > 0) return undefined
    return {
      score: failing.count >= 3 ? 0.87 : 0.6,
      key: failing.signature,
      cause: `the service knows no such ${status === 405 ? 'method there' : 'path'}`,
      evidence: [`All were answered ${quoted(failing.signature)}.`],
      recommendation: 'Check path and method in the scenario, and the path of -H.',
    }
  },
}
