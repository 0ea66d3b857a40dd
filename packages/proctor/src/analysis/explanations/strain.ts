import type { SpreadRecord } from '../../evidence/case-file.ts'
import type { Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration, quoted, share } from '../words.ts'

const WORDS: readonly { words: RegExp; what: string; advice: string }[] = [
  {
    words: /database is locked|sqlite_busy|deadlock|lock wait|could not obtain lock|lock timeout/,
    what: 'the database was locked by another transaction',
    advice:
      'Keep transactions short, let writers queue (a busy timeout, one writer), and retry what was rolled back.',
  },
  {
    words: /pool|too many (clients|connections)|remaining connection slots|acquir/,
    what: 'no connection to the database was free',
    advice:
      'Compare the size of the pool with requests at a time × the time each holds one; give connections back sooner before you add more.',
  },
  {
    words:
      /upstream|dependency|downstream|backend|gateway|econnrefused|enotfound|etimedout|database|db error/,
    what: 'something that the service depends on failed or was too slow',
    advice:
      'Look at that dependency’s own figures for this time; give the call a deadline, and an answer for when it is gone.',
  },
]

const SLOW_DATABASE = {
  what: 'the database was too slow',
  advice:
    'Look at its locks and at the plan of these queries; give them a deadline, and answer 503 when it is over.',
}
const LONG_MS = 50

/** A database or another service behind this one. */
export const dependency: Explanation = {
  id: 'dependency',
  claim(failing) {
    if (failing.status === undefined || failing.status < 500) return undefined
    const found = WORDS.find(({ words }) => words.test(failing.said))
    const times = failing.measure('durationMs')
    const inDatabase = (times.failing.min ?? 0) > LONG_MS ? failing.databaseShare : 0
    const isDatabase = inDatabase > 0.6
    if (found === undefined && !isDatabase && failing.status !== 504 && failing.status !== 502)
      return undefined
    const { what, advice } = found ?? (isDatabase ? SLOW_DATABASE : WORDS.at(-1)!)
    const waits = isWait(times.failing, times.passing)
    return {
      score: (found === undefined && !isDatabase ? 0.4 : 0.66) + (waits ? 0.2 : 0),
      key: what,
      cause: what,
      evidence: [
        ...(found?.words.test(failing.signature.toLowerCase()) === true
          ? [`The service says so: ${quoted(failing.signature)}.`]
          : []),
        ...(isDatabase
          ? [
              `By Server-Timing the database took ${share(inDatabase, 1)} of the time of those that were kept.`,
            ]
          : []),
        ...(waits
          ? [
              `Each failed after ${duration(times.failing.min ?? 0)} to ${duration(times.failing.max ?? 0)}: a fixed wait, given up.`,
            ]
          : []),
      ],
      recommendation: advice,
    }
  },
}

/** All failing took nearly the same, and long: a timeout inside the service. */
function isWait(failing: SpreadRecord, passing: SpreadRecord): boolean {
  const [min, max] = [failing.min ?? 0, failing.max ?? 0]
  return min > 50 && max < 1.6 * min && min > 0.8 * (passing.max ?? 0)
}

/** More at a time than the service can do. */
export const overload: Explanation = {
  id: 'overload',
  claim(failing) {
    const { status, code, said } = failing
    const saysSo =
      (status === 503 && /overload|busy|capacity|queue|try again|unavailable/.test(said)) ||
      /overload/.test(said)
    if (!saysSo && code !== 'timed-out' && status !== 503 && status !== 504) return undefined
    const best = bestThreshold(failing)
    const score = Math.max(0, best.score) * 0.6 + (saysSo ? 0.35 : 0.1)
    if (best.score < 0.15 && !/overload|queue|capacity|busy/.test(said)) return undefined
    return {
      score: Math.max(score, saysSo && /overload|queue|capacity|busy/.test(said) ? 0.6 : 0),
      key: 'overload',
      cause: 'more requests were under way than the service can take',
      evidence: [
        `From ${best.threshold} requests in flight on: ${contrastWords(failing.contrast(best.failing, best.passing))}.`,
      ],
      recommendation:
        'Ask for less, or find what it queues for; `--arrivals` at a rate below shows how much it takes.',
    }
  },
}

/** The number of requests in flight from which on most fail. */
function bestThreshold(failing: Failing): {
  threshold: number
  failing: number
  passing: number
  score: number
} {
  const { failing: inFailing, passing: inPassing } = failing.measure('inFlight')
  const all = inFailing.octaves.map(([octave]) => {
    const [a, b] = [countFrom(octave, inFailing), countFrom(octave, inPassing)]
    return {
      threshold: 2 ** Math.max(0, octave - 1),
      failing: a,
      passing: b,
      score: failing.separation(a, b),
    }
  })
  return all.toSorted((a, b) => b.score - a.score)[0] ?? { threshold: 0, failing: 0, passing: 0, score: 0 }
}

function countFrom(octave: number, { octaves }: SpreadRecord): number {
  return octaves.reduce((sum, [at, count]) => sum + (at >= octave ? count : 0), 0)
}
