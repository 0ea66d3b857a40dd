import type { Explanation } from '../explanation.ts'
import { Failing } from '../failing.ts'
import { contrastWords, duration, noun } from '../words.ts'
import { clockTime, stretchOf } from './time.ts'
import { bestThreshold as best } from './spreads.ts'

/** Nothing listens: ever, or for a while, as when a service restarts. */
export const restart: Explanation = {
  id: 'restart',
  claim(failing) {
    const refused = failing.code === 'connection-refused' ? failing : refusedBeside(failing)
    if (refused === undefined || !passedOf(failing)) return undefined
    const { fromMs, toMs, endMs } = stretchOf(refused)
    if (refused !== failing && !isNear(failing, fromMs, toMs)) return undefined
    const isBack = toMs < endMs - 100
    return {
      score: failing.code === 'connection-refused' ? 0.95 : 0.93,
      key: 'restart',
      cause: isBack
        ? `the service was not there from ${duration(fromMs)} to ${duration(toMs)}: it restarted`
        : `the service went away at ${duration(fromMs)} and did not come back`,
      evidence: [
        `Connections were refused in that time (${noun(refused.count, 'request')}), and not before${isBack ? ' or after' : ''}.`,
      ],
      recommendation: `Find out why at ${clockTime(failing, fromMs)} it ended: a crash, a deployment, out of memory. To restart unseen it has to drain its connections while another takes over.`,
    }
  },
}

export const nothingListens: Explanation = {
  id: 'nothing-listens',
  claim(failing) {
    if (failing.code !== 'connection-refused' || passedOf(failing)) return undefined
    return {
      score: 0.95,
      key: 'nothing-listens',
      cause: 'nothing listens at the address',
      evidence: ['Every connection was refused.'],
      recommendation: `Start the service, and check -H ${failing.record.host}.`,
    }
  },
}

function passedOf({ record }: Failing): boolean {
  return record.evidence.some(({ cohorts }) => cohorts.some(({ outcome }) => outcome !== 'failed'))
}

const BROKEN = new Set(['connection-reset', 'connection-closed', 'stale-connection'])

/** Connections that broke just before others were refused broke for the same reason. */
function refusedBeside(failing: Failing): Failing | undefined {
  if (!BROKEN.has(failing.code ?? '')) return undefined
  return refusedOf(failing)
}

function refusedOf({ record }: Failing): Failing | undefined {
  for (const evidence of record.evidence) {
    for (const cohort of evidence.cohorts) {
      if (cohort.signature?.startsWith('connection-refused') !== true) continue
      return new Failing(record, evidence, cohort)
    }
  }
  return undefined
}

const NEAR_MS = 1_000

function isNear(failing: Failing, fromMs: number, toMs: number): boolean {
  const stretch = stretchOf(failing)
  return stretch.fromMs >= fromMs - NEAR_MS && stretch.toMs <= toMs + NEAR_MS
}

/** A connection that the service has closed, or is about to, is used once more. */
export const staleConnection: Explanation = {
  id: 'stale-connection',
  claim(failing) {
    if (!BROKEN.has(failing.code ?? '') || failing.answersBegan) return undefined
    const uses = failing.measure('connectionUse')
    const isReused = (uses.failing.min ?? 0) >= 2
    if (!isReused) return undefined
    const [idle, isSpent] = [best(failing, 'idleMs'), usesApart(failing)]
    const isIdle = idle.score > IDLE.separation && (failing.measure('idleMs').failing.min ?? 0) > IDLE.leastMs
    if (!isIdle && !isSpent) return undefined
    const { min, max } = failing.measure('idleMs').failing
    const isSoon = (failing.measure('durationMs').failing.max ?? 0) < 250
    return {
      score: (isSpent ? 0.7 : 0.5 + 0.25 * idle.score) + (isSoon ? 0.13 : 0),
      key: 'stale-connection',
      cause: `the service had closed the ${isIdle ? 'idle ' : ''}connection on which they were sent`,
      evidence: [
        isSpent
          ? `Each was at least use ${uses.failing.min} of its connection, and no connection passed more than ${uses.passing.max} times.`
          : `Each was at least the ${uses.failing.min === 2 ? '2nd' : `${uses.failing.min}th`} on its connection, never the first.`,
        ...(isIdle
          ? [
              `The user had paused for ${duration(min ?? 0)} to ${duration(max ?? 0)} before; from ${duration(idle.threshold)} on: ${contrastWords(failing.contrast(idle.failing, idle.passing))}.`,
            ]
          : []),
      ],
      recommendation:
        'Let the service keep idle connections longer than its clients or the balancer before it do, and send Connection: close with the last answer.',
    }
  },
}

/** Those that passed had such pauses seldom. */
const IDLE = { leastMs: 20, separation: 0.25 }

/** Only from so many uses on: the service closes after a number of requests, and does not say so. */
function usesApart(failing: Failing): boolean {
  const { failing: uses, passing } = failing.measure('connectionUse')
  return (uses.min ?? 0) > 3 && (uses.min ?? 0) > (passing.max ?? Infinity)
}
