import type { Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { contrastWords, duration, quoted, share } from '../words.ts'
import { bestThreshold, middleOf, shareFrom } from './spreads.ts'
import { fixedWait } from './waiting.ts'

interface Cause {
  readonly what: string
  readonly advice: string
}

const WORDS: readonly (Cause & { readonly words: RegExp })[] = [
  {
    words:
      /database (is|was|table is) locked|sqlite_busy|dead ?lock|lock wait|could not obtain lock|lock timeout|could not serialize|serialization failure|resource is locked|row is locked/,
    what: 'the database was locked by another transaction',
    advice:
      'Keep transactions short, let writers queue (a busy timeout, one writer), and retry what was rolled back.',
  },
  {
    words: /too many (clients|connections)|connection slots|connection limit/,
    what: 'the database took no more connections: the pools of its clients together are larger than its limit',
    advice:
      'Compare the sizes of all pools, of each instance and each service, with the limit of the database (max_connections).',
  },
  {
    words:
      /\bpool\b|queuepool|hikari|timeout exceeded when trying to connect|(acquir|obtain|get)\w* .{0,20}connection|no (free|available) connection|connection is not available/,
    what: 'no connection was free in the pool, such as that to the database',
    advice:
      'Compare the size of the pool with requests at a time × the time each holds one; give connections back sooner before you add more.',
  },
  {
    words:
      /upstream|dependency|downstream|backend|gateway|econnrefused|econnreset|enotfound|eai_again|etimedout|connection refused|socket hang up|database|db error|\bredis\b|kafka|rabbitmq|amqp|elasticsearch|memcached|mongo|postgres|mysql|ldap|smtp|grpc|rpc error|circuit.?breaker|statement|query (time|cancel)|deadline exceeded/,
    what: 'something that the service depends on failed or was too slow',
    advice:
      'Look at that dependency’s own figures for this time; give the call a deadline, and an answer for when it is gone.',
  },
]

const SLOW_DATABASE: Cause = {
  what: 'the database was too slow',
  advice:
    'Look at its locks and at the plan of these queries; give them a deadline, and answer 503 when it is over.',
}
const GIVEN_UP: Cause = {
  what: 'the service waited for something that did not come, and gave up: a lock, a connection, another service',
  advice:
    'Look into the trace or the log of one of them for what it waits for, and which timeout is as long as that.',
}
const LONG_MS = 50

/** A database or another service behind this one. */
export const dependency: Explanation = {
  id: 'dependency',
  claim(failing) {
    const { status, said } = failing
    if (status === undefined || status < 400) return undefined
    const found = WORDS.find(({ words }) => words.test(said))
    // What the client did wrong is seldom a lock's doing; and its other words may be of anything.
    if (status < 500 && found !== WORDS[0]) return undefined
    const databaseShare = isLong(failing) ? failing.databaseShare : 0
    const isDatabase = databaseShare > 0.6
    const wait = fixedWait(failing)
    const isOfGateway = status === 502 || status === 504
    if (found === undefined && !isDatabase && wait === undefined && !isOfGateway) return undefined
    const { what, advice } = found ?? (isDatabase ? SLOW_DATABASE : isOfGateway ? WORDS.at(-1)! : GIVEN_UP)
    const isSaid = found !== undefined || isDatabase
    return {
      score: isSaid
        ? 0.68 + (wait === undefined ? 0 : 0.2)
        : wait === undefined
          ? 0.5
          : isOfGateway
            ? 0.78
            : 0.7,
      key: what,
      cause: what,
      evidence: [
        ...(found?.words.test(failing.signature.toLowerCase()) === true
          ? [`The service says so: ${quoted(failing.signature)}.`]
          : []),
        ...(isDatabase
          ? [
              `By Server-Timing the database took ${share(databaseShare, 1)} of the time of those that were kept.`,
            ]
          : []),
        ...(wait === undefined
          ? []
          : [
              `Each failed after ${duration(wait.fromMs)} to ${duration(wait.toMs)}: a fixed wait, given up.`,
            ]),
        ...(isOfGateway ? [`${status} is what a gateway answers for a service behind it.`] : []),
      ],
      recommendation: advice,
    }
  },
}

function isLong(failing: Failing): boolean {
  return (failing.measure('durationMs').failing.min ?? 0) > LONG_MS
}

/** What services say of too many at a time. */
export const AT_ONCE =
  /overload|queue(?!pool)|capacity|(?<!sqlite_)busy|too many (requests in|concurrent)|überlast|ausgelastet|surcharg|sobrecarg|saturad/
const LATER = /try again|unavailable/

/** More at a time than the service can do. */
export const overload: Explanation = {
  id: 'overload',
  claim(failing) {
    const { status, code, said } = failing
    if (code === undefined ? (status ?? 0) < 500 && status !== 429 : !STRAINED.has(code)) return undefined
    const best = bestThreshold(failing, 'inFlight')
    const isQueue = code === 'timed-out' && isQueued(failing)
    const least = turnedAwayFrom(failing)
    const score = Math.max(
      least === undefined ? 0 : 0.64,
      (status === 503 || status === 500) && AT_ONCE.test(said) ? 0.6 : 0,
      isQueue ? 0.62 : 0,
      byConcurrency(failing, best.score),
    )
    if (score === 0) return undefined
    return {
      score,
      key: 'overload',
      cause: 'more requests were under way than the service can take',
      evidence: [
        ...(best.score < SEPARATION
          ? []
          : [
              `From ${best.threshold} requests in flight on: ${contrastWords(failing.contrast(best.failing, best.passing))}.`,
            ]),
        ...(least === undefined
          ? []
          : [
              `They failed at once, and never with fewer than ${least} in flight, while others passed that took longer.`,
            ]),
        ...(isQueue
          ? [
              `Those that passed took up to ${duration(failing.measure('durationMs').passing.max ?? 0)}: they queued, too.`,
            ]
          : []),
      ],
      recommendation:
        'Ask for less, or find what it queues for; `--arrivals` at a rate below shows how much it takes.',
    }
  },
}

const STRAINED = new Set(['timed-out', 'connection-reset', 'connection-closed', 'connection-refused'])

/** What the number in flight has to tell at least. */
const SEPARATION = 0.15

/** How well the number in flight tells them apart; what the service says counts for a part of it, and its status for less. */
function byConcurrency({ status, code, said }: Failing, separation: number): number {
  if (separation < SEPARATION) return 0
  const saysSo = AT_ONCE.test(said) || (status === 503 && LATER.test(said))
  if (saysSo) return separation * 0.6 + 0.35
  if (code === 'timed-out' || status === 503 || status === 504) return separation * 0.6 + 0.1
  return separation < 0.5 ? 0 : separation * 0.75
}

const QUICKER = 0.25
const MOSTLY = 0.8
const CHANCE = 1e-6

/**
 * How many were in flight at least where requests failed at once, while others that pass take long: a service that is full turns
 * away what comes, and is never full with fewer. `undefined` where so many are usual that chance would do.
 */
export function turnedAwayFrom(failing: Failing): number | undefined {
  const { failing: inFailing, passing: inPassing } = failing.measure('inFlight')
  const { failing: times, passing } = failing.measure('durationMs')
  const least = inFailing.min ?? 0
  const isQuick = 1 - shareFrom(QUICKER * middleOf(passing), times) > MOSTLY
  return least >= 2 && isQuick && shareFrom(least, inPassing) ** failing.count < CHANCE ? least : undefined
}

/** Of those that passed many took a good part of the time after which these were given up: there is a queue, and it has no gap. */
function isQueued(failing: Failing): boolean {
  const { failing: times, passing } = failing.measure('durationMs')
  return shareFrom((times.min ?? 0) / 4, passing) > 0.2
}
