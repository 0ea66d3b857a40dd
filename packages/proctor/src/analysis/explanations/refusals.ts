import type { Claim, Explanation } from '../explanation.ts'
import { Failing } from '../failing.ts'
import { isHome, redirectWords, whereaboutsOf } from '../origins.ts'
import { contrastWords, duration, noun } from '../words.ts'
import { together } from '../together.ts'
import { clockTime } from './time.ts'
import { spansOf, type Stretch, stretchesOf } from './stretches.ts'
import { bestThreshold as best } from './spreads.ts'

/** Nothing listens for a while, once or several times, as when a service restarts. */
export const restart: Explanation = {
  id: 'restart',
  claim(failing) {
    const refused = refusedOf(failing)
    // Where nothing ever answered nothing went away.
    if (refused === undefined || refused.passed === 0) return undefined
    const { hasAnswered, isDoubtful } = whereaboutsOf(refused)
    const outages = stretchesOf(refused.steps)
    if (!hasAnswered || (failing.code !== REFUSED && !areNear(failing, outages))) return undefined
    const { before, after } = passingAround(refused, outages)
    const passing = outages.reduce((sum, each) => sum + each.passing + each.edges / 2, 0)
    if ((before === 0 && outages.length === 1) || passing > refused.count) return undefined
    const { fromMs, toMs } = { fromMs: outages[0]!.fromMs, toMs: outages.at(-1)!.toMs }
    return {
      score: Math.min(
        failing.code === REFUSED ? 0.95 : 0.93,
        isDoubtful ? 0.8 : 1,
        goneFor(refused, outages),
      ),
      key: 'restart',
      cause:
        outages.length > 1
          ? `the service was not there ${outages.length} times: it restarted again and again`
          : after > 0
            ? `the service was not there from ${duration(fromMs)} to ${duration(toMs)}: it restarted`
            : `the service went away at ${duration(fromMs)} and did not come back`,
      evidence: [
        outages.length > 1
          ? `Connections were refused at ${spansOf(outages)} s of the run (${noun(refused.count, 'request')}), and not between.`
          : `Connections were refused in that time (${noun(refused.count, 'request')}), and not before${after > 0 ? ' or after' : ''}.`,
      ],
      recommendation: `Find out why at ${clockTime(failing, fromMs)} it ended: a crash, a deployment, out of memory. To restart unseen it has to drain its connections while another takes over.`,
    }
  },
}

/**
 * How surely it was gone: a few refusals may be those of a queue of connections that was full, and where others pass in the midst of
 * them something listens.
 */
function goneFor(refused: Failing, outages: readonly Stretch[]): number {
  const within = outages.reduce((sum, { passing }) => sum + passing, 0)
  if (within > MOST_WITHIN * refused.count) return 0.7
  return 0.35 + 0.75 * Math.max(0, refused.separation(refused.count, within))
}

const MOST_WITHIN = 0.05

/** How many passed before the first was refused, and after the last. */
function passingAround({ steps: { stepMs, steps } }: Failing, outages: readonly Stretch[]) {
  const [first, last] = [outages[0]!, outages.at(-1)!]
  const passing = (fromMs: number, toMs: number): number => {
    return steps.slice(fromMs / stepMs, toMs / stepMs).reduce((sum, each) => sum + each.passing, 0)
  }
  // Within one step nothing tells what came first.
  const edge = (outage: Stretch): number => (outage.toMs - outage.fromMs > stepMs ? stepMs : 0)
  return { before: passing(0, first.fromMs + edge(first)), after: passing(last.toMs - edge(last), Infinity) }
}

/** Some connections are refused, and at the same time others are not. */
export const refusedAtTimes: Explanation = {
  id: 'bad-instance',
  claim(failing) {
    if (failing.code !== REFUSED || !whereaboutsOf(failing).hasAnswered) return undefined
    return {
      score: 0.5,
      key: 'refused at times',
      cause:
        'some connections were refused while others were taken: one of several instances or addresses may be gone',
      evidence: ['Where all are refused for a while, it is a restart; here others passed in between.'],
      recommendation: `Look up all addresses of ${whereaboutsOf(failing).origins.join(' and ')} and ask each by itself; and see whether the service’s queue of connections overflows.`,
    }
  },
}

/** Nothing ever answered where they went; or nothing did until a moment, since the service was not up yet. */
export const nothingListens: Explanation = {
  id: 'nothing-listens',
  claim(failing) {
    if (failing.code !== REFUSED) return undefined
    const { origins, hasAnswered, isDoubtful, redirect } = whereaboutsOf(failing)
    if (hasAnswered) return notUpYet(failing)
    const where = origins.join(' and ')
    const isGiven = origins.every((origin) => isHome(origin, failing.record))
    const isRedirect = redirect !== null || [...failing.names].every((name) => name.endsWith(' (redirect)'))
    return {
      // Of names that went elsewhere, too, some that passed and were not kept may have gone there.
      score: isDoubtful ? 0.8 : 0.95,
      key: `nothing-listens ${where}`,
      cause: isGiven
        ? 'nothing listens at the address'
        : isRedirect
          ? `the service redirects to ${where}, where nothing listens that can be reached from here`
          : `nothing listens at ${where}`,
      evidence: [
        isGiven && !passedOf(failing)
          ? 'Every connection was refused.'
          : `Every connection to ${where} was refused (${noun(failing.count, 'request')}), and no answer that was kept came from there.`,
        ...(redirect === null ? [] : [redirectWords(redirect)]),
      ],
      recommendation: isGiven
        ? `Start the service, and check -H ${failing.record.host}.`
        : isRedirect
          ? 'The service makes links to an address of its own: let the proxy before it hand on Host or X-Forwarded-Host and -Proto, and let the service heed them, or let it answer with a Location that begins with /.'
          : `Start what should listen at ${where}, or correct that URL in the scenario.`,
    }
  },
}

/** It was refused from the start, and passed from a moment on. */
function notUpYet(failing: Failing): Claim | undefined {
  const refused = refusedOf(failing)!
  const outages = stretchesOf(refused.steps)
  const [first] = outages
  if (outages.length !== 1 || first!.passing > MOST_WITHIN * refused.count) return undefined
  const { before, after } = passingAround(refused, outages)
  const { isDoubtful } = whereaboutsOf(refused)
  const isOfOneStep = first!.toMs - first!.fromMs <= refused.steps.stepMs && first!.edges > 0
  if (before > 0 || after === 0 || first!.edges > 2 * refused.count) return undefined
  return {
    // Of a moment in which some passed nothing tells whether they did so before.
    score: Math.min(isDoubtful || isOfOneStep ? 0.8 : 0.95, goneFor(refused, outages)),
    key: 'not up yet',
    cause: `nothing listened until ${duration(first!.toMs)} after the start: the service was not up yet`,
    evidence: [
      `Until then every connection was refused (${noun(refused.count, 'request')}), and none after.`,
    ],
    recommendation:
      'Begin the run when the service is ready: wait for its health check, or for the first answer, before.',
  }
}

function passedOf({ record }: Failing): boolean {
  return record.evidence.some(({ cohorts }) => cohorts.some(({ outcome }) => outcome !== 'failed'))
}

const REFUSED = 'connection-refused'
const BROKEN = new Set(['connection-reset', 'connection-closed', 'stale-connection'])

/** All connections that were refused where these went, whatever for; of such as broke, where they were refused then. */
function refusedOf(failing: Failing): Failing | undefined {
  const { record, code, signature } = failing
  if (code !== REFUSED && !BROKEN.has(code ?? '')) return undefined
  const { origins } = whereaboutsOf(failing)
  for (const evidence of record.evidence) {
    for (const cohort of evidence.cohorts) {
      if (code === REFUSED ? cohort.signature !== signature : !cohort.signature?.startsWith(`${REFUSED}:`))
        continue
      const refused = together(record, cohort.signature!) ?? new Failing(record, evidence, cohort)
      if (whereaboutsOf(refused).origins.some((origin) => origins.includes(origin))) return refused
    }
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
