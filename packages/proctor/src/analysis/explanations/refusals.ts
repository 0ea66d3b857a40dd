import type { Explanation } from '../explanation.ts'
import { Failing } from '../failing.ts'
import { contrastWords, duration, noun } from '../words.ts'
import { together } from '../together.ts'
import { clockTime } from './time.ts'
import { spansOf, type Stretch, stretchesOf } from './stretches.ts'
import { bestThreshold as best } from './spreads.ts'

/** Nothing listens for a while, once or several times, as when a service restarts. */
export const restart: Explanation = {
  id: 'restart',
  claim(failing) {
    const refused =
      failing.code === 'connection-refused' || BROKEN.has(failing.code ?? '') ? refusedOf(failing) : undefined
    if (refused === undefined || !passedOf(failing)) return undefined
    const outages = stretchesOf(refused.steps)
    if (failing.code !== 'connection-refused' && !areNear(failing, outages)) return undefined
    const passing = outages.reduce((sum, each) => sum + each.passing + each.edges / 2, 0)
    if (passing > refused.count) return undefined
    const { fromMs, toMs } = { fromMs: outages[0]!.fromMs, toMs: outages.at(-1)!.toMs }
    const isBack = toMs < refused.steps.stepMs * refused.steps.steps.length - 100
    return {
      score: failing.code === 'connection-refused' ? 0.95 : 0.93,
      key: 'restart',
      cause:
        outages.length > 1
          ? `the service was not there ${outages.length} times: it restarted again and again`
          : isBack
            ? `the service was not there from ${duration(fromMs)} to ${duration(toMs)}: it restarted`
            : `the service went away at ${duration(fromMs)} and did not come back`,
      evidence: [
        outages.length > 1
          ? `Connections were refused at ${spansOf(outages)} s of the run (${noun(refused.count, 'request')}), and not between.`
          : `Connections were refused in that time (${noun(refused.count, 'request')}), and not before${isBack ? ' or after' : ''}.`,
      ],
      recommendation: `Find out why at ${clockTime(failing, fromMs)} it ended: a crash, a deployment, out of memory. To restart unseen it has to drain its connections while another takes over.`,
    }
  },
}

/** Some connections are refused, and at the same time others are not. */
export const refusedAtTimes: Explanation = {
  id: 'bad-instance',
  claim(failing) {
    if (failing.code !== 'connection-refused' || !passedOf(failing)) return undefined
    return {
      score: 0.5,
      key: 'refused at times',
      cause:
        'some connections were refused while others were taken: one of several instances or addresses may be gone',
      evidence: ['Where all are refused for a while, it is a restart; here others passed in between.'],
      recommendation: `Look up all addresses of ${failing.record.host} and ask each by itself; and see whether the service’s queue of connections overflows.`,
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

/** All connections that were refused, whatever for. */
function refusedOf({ record }: Failing): Failing | undefined {
  for (const evidence of record.evidence) {
    const cohort = evidence.cohorts.find(({ signature }) => signature?.startsWith('connection-refused:'))
    if (cohort !== undefined)
      return together(record, cohort.signature!) ?? new Failing(record, evidence, cohort)
  }
  return undefined
}

const NEAR_MS = 1_000
const NEARLY_ALL = 0.9

/** Connections that broke just before others were refused broke for the same reason. */
function areNear({ steps: { stepMs, steps }, count }: Failing, outages: readonly Stretch[]): boolean {
  const near = steps.reduce((sum, { failing }, index) => {
    const at = index * stepMs
    return (
      sum + (outages.some(({ fromMs, toMs }) => at >= fromMs - NEAR_MS && at <= toMs + NEAR_MS) ? failing : 0)
    )
  }, 0)
  return near >= NEARLY_ALL * count
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
