import type { Explanation } from '../explanation.ts'
import { Failing } from '../failing.ts'
import { duration, noun } from '../words.ts'
import { clockTime, stretchOf } from './time.ts'

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
    const idle = failing.measure('idleMs')
    if ((uses.failing.min ?? 0) < 2) return undefined
    const [least, most] = [idle.failing.min ?? 0, idle.failing.max ?? 0]
    const isIdle = least > 20 && (most < least * 1.6 || least > 0.6 * (idle.passing.max ?? 0))
    const isSoon = (failing.measure('durationMs').failing.max ?? 0) < 250
    return {
      score: 0.3 + (isIdle ? 0.4 : 0) + (isSoon ? 0.13 : 0),
      key: 'stale-connection',
      cause: 'the service had closed the idle connection on which they were sent',
      evidence: [
        `Each was at least the ${uses.failing.min === 2 ? '2nd' : `${uses.failing.min}th`} on its connection, never the first.`,
        `The user had paused for ${duration(least)} to ${duration(most)} before.`,
      ],
      recommendation:
        'Let the service keep idle connections longer than its clients or the balancer before it do, and send Connection: close with the last answer.',
    }
  },
}
