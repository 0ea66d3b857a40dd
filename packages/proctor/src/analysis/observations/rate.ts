import type { RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { transportCode } from '../transport-code.ts'
import { duration, grouped, noun, number, share } from '../words.ts'
import { type Pace, paceOf } from './pace.ts'
import { type SlowedByUsers, slowedByUsers } from './slowed-by-users.ts'

/** Below this share of their time in waiting for answers, users' think time sets the rate; above the other, the answers do. */
const MOSTLY_THINKING = 0.5
const MOSTLY_WAITING = 0.9

/** What set the rate, by Little's law; and so what the run says of the service's capacity, and what it does not. */
export function rate(record: RunRecord): Finding[] {
  if (record.total.count === 0) return []
  if (isUnanswered(record)) return [unanswered(record)]
  if (record.load.kind === 'open') return openRate(record)
  const pace = paceOf(record)
  return pace === undefined ? [] : [ofPart(closedRate(pace, record), pace, record)]
}

function isUnanswered({ failures, total }: RunRecord): boolean {
  const count = failures.reduce((sum, { signature, count: of }) => {
    return sum + (transportCode(signature) === undefined ? 0 : of)
  }, 0)
  return count === total.count
}

/** How fast connections are refused, or requests given up, is not how fast a service answers. */
function unanswered({ total }: RunRecord): Finding {
  return {
    ...NOTE,
    title: `None of ${noun(total.count, 'request')} was answered: the rate of ${number(total.perSecond)} a second says nothing of the service.`,
    evidence: [],
    recommendation: 'See to it that the service answers, then run again.',
  }
}

/** Where the figures are those of a part of the run, it says which. */
function ofPart(finding: Finding, { part, users }: Pace, { total }: RunRecord): Finding {
  if (part === undefined || finding.id !== 'rate') return finding
  const when = `That is from ${part.from} s to ${part.to} s, the longest time at one number of users (${grouped(users)}); in the whole run it was ${number(total.perSecond)} a second.`
  return { ...finding, evidence: [...finding.evidence, when] }
}

function closedRate(pace: Pace, record: RunRecord): Finding {
  const { thinks, users, perSecond, averageMs, thinkMs, waiting, utilization } = pace
  if (!thinks && waiting < MOSTLY_WAITING) return ownCodeSetIt(pace)
  const time = `Of a user’s time ${share(waiting, 1)} went by in waiting for answers.`
  if (waiting >= MOSTLY_WAITING) return waitingSetIt(pace, [time])
  const slowed = utilization >= GENERATOR_BUSY ? undefined : slowedByUsers(record)
  if (slowed !== undefined) return usersSlowedIt(slowed)
  const evidence = [
    `Little’s law: ${ofUsers(users)} / (${duration(thinkMs)} think time + ${duration(averageMs)} answer) = ${number(perSecond)} requests a second.`,
    time,
  ]
  if (waiting >= MOSTLY_THINKING) {
    return {
      ...NOTE,
      title: `Think time and the service’s answers together set the rate of ${rateOf(pace)}.`,
      evidence,
      recommendation: 'To learn its capacity ask at a rate of your own: --arrivals.',
    }
  }
  return {
    ...NOTE,
    title: `Think time set the rate of ${rateOf(pace)}; what the service can take is unknown.`,
    evidence,
    recommendation: `To learn its capacity raise the users until answers slow down, or ask at a rate: --arrivals ${nextRate(perSecond)}/s.`,
  }
}

/** `32.9 a second`; `24 a second with 12 users` of a part of the run. */
function rateOf({ perSecond, users, part }: Pace): string {
  return `${number(perSecond)} a second${part === undefined ? '' : ` with ${ofUsers(users)}`}`
}

function ofUsers(users: number): string {
  return Number.isInteger(users) ? noun(users, 'user') : `${number(users)} users on average`
}

/** They think, and would ask for more in the same time if answers had not become longer with their number. */
function usersSlowedIt({ fewMs, manyMs, few, many, perSecond, isLevel }: SlowedByUsers): Finding {
  const answered = `${number(perSecond)} a second with ${noun(many, 'user')}`
  return {
    ...NOTE,
    severity: 'warning',
    title: `The service slowed down as users came, from ${duration(fewMs)} to ${duration(manyMs)} at the median; ${isLevel ? `its rate levelled off at ${answered}` : `it answered ${answered}`}.`,
    certainty: 'likely',
    evidence: [
      `The first is with up to ${noun(few, 'user')}, of the same requests; and with ${grouped(many)} it stayed as slow.`,
    ],
    recommendation:
      'Look for what requests queue for: a pool of connections, workers, a lock, the processor.',
  }
}

/** Users who never think, and yet do not wait for answers: they wait for their own tasks, or for the generator. */
function ownCodeSetIt(pace: Pace): Finding {
  const { waiting, utilization } = pace
  if (utilization >= GENERATOR_BUSY) return generatorSetIt(pace, [])
  return {
    ...NOTE,
    title: `The tasks’ own code set the rate of ${rateOf(pace)}; what the service can take is unknown.`,
    evidence: [
      `Users have no think time, and yet only ${share(waiting, 1)} of their time went by in waiting for answers: the rest was in the tasks, which sleep, compute, or wait for something else.`,
      `The generator was busy for ${share(utilization, 1)} of the time.`,
    ],
    recommendation: 'To learn its capacity take out what the tasks wait for, or ask at a rate: --arrivals.',
  }
}

function generatorSetIt({ perSecond, utilization }: Pace, evidence: string[]): Finding {
  return {
    ...NOTE,
    severity: 'warning',
    title: `The generator set the rate of ${number(perSecond)} a second; the service may take more.`,
    certainty: 'likely',
    evidence: [`A worker of the generator was busy for ${share(utilization, 1)} of the time.`, ...evidence],
    recommendation: 'Raise --threads, or load the service from another machine.',
  }
}

/** Users who never think ask as fast as they are answered: by the service, or by a generator that is out of breath. */
function waitingSetIt(pace: Pace, evidence: string[]): Finding {
  const { users, perSecond, averageMs, utilization } = pace
  if (utilization >= GENERATOR_BUSY) return generatorSetIt(pace, evidence)
  return {
    ...NOTE,
    title: `The service set the rate: ${ofUsers(users)} who never pause got ${number(perSecond)} answers a second.`,
    evidence: [
      `Each answer took ${duration(averageMs)}: ${number(users)} / ${duration(averageMs)} = ${number((1000 * users) / averageMs)} a second.`,
      ...evidence,
    ],
    recommendation:
      'Whether more users get more answers, or only longer ones, another run with twice as many tells.',
  }
}

function openRate(record: RunRecord): Finding[] {
  const { total } = record
  const perSecond = number(total.perSecond)
  if (total.missed > 0) return []
  return [
    {
      ...NOTE,
      title: `The arrivals set the rate of ${perSecond} a second, and the service kept up; what more it can take is unknown.`,
      certainty: 'likely',
      evidence: [`${total.count} requests were due and ended; none was missed.`],
      recommendation: `To find its limit ask for more: --arrivals ${nextRate(total.perSecond)}/s.`,
    },
  ]
}

const NOTE = { id: 'rate', severity: 'note', certainty: 'certain', rivals: [] } as const
const GENERATOR_BUSY = 0.75

/** Three times as many, in round numbers. */
function nextRate(perSecond: number): string {
  return String(Number((perSecond * 3).toPrecision(1)))
}
