import type { RunRecord } from '../../run/record.ts'
import type { TimelineSecond } from '../../run/timeline-second.ts'
import type { Finding } from '../finding.ts'
import { duration, noun, number, share } from '../words.ts'
import { wholeSeconds } from './seconds.ts'

/** Below this share of their time in waiting for answers, users' think time sets the rate; above the other, the answers do. */
const MOSTLY_THINKING = 0.5
const MOSTLY_WAITING = 0.9

/** What set the rate, by Little's law; and so what the run says of the service's capacity, and what it does not. */
export function rate(record: RunRecord): Finding[] {
  if (record.total.count === 0) return []
  const pace = record.load.kind === 'closed' ? closedPace(record) : undefined
  if (record.load.kind === 'open') return openRate(record)
  return pace === undefined ? [] : [closedRate(record, pace)]
}

/** The seconds in which all users were at work. */
interface Pace {
  readonly users: number
  readonly perSecond: number
  readonly averageMs: number
  /** From one answer to the next request of a user. */
  readonly thinkMs: number
  /** Of a user's time, in waiting for answers. */
  readonly waiting: number
}

function closedPace(record: RunRecord): Pace | undefined {
  const seconds = wholeSeconds(record)
  const users = seconds.reduce((most, second) => Math.max(most, second.users), 0)
  const steady = seconds.filter((second) => second.users === users)
  const count = steady.reduce((sum, second) => sum + asked(second), 0)
  const averageMs = record.total.service.averageMs
  if (count === 0 || averageMs === null) return undefined
  const perSecond = count / steady.length
  const cycleMs = (1000 * users) / perSecond
  const waiting = Math.min(1, averageMs / cycleMs)
  return { users, perSecond, averageMs, thinkMs: Math.max(0, cycleMs - averageMs), waiting }
}

function closedRate(record: RunRecord, pace: Pace): Finding {
  const { users, perSecond, averageMs, thinkMs, waiting } = pace
  const law = `Little’s law: ${noun(users, 'user')} / (${duration(thinkMs)} think time + ${duration(averageMs)} answer) = ${number(perSecond)} requests a second.`
  const time = `Of a user’s time ${share(waiting, 1)} went by in waiting for answers.`
  if (waiting < MOSTLY_THINKING) {
    return {
      ...NOTE,
      title: `Think time set the rate of ${number(perSecond)} a second; what the service can take is unknown.`,
      evidence: [law, time],
      recommendation: `To learn its capacity raise the users until answers slow down, or ask at a rate: --arrivals ${nextRate(perSecond)}/s.`,
    }
  }
  if (waiting < MOSTLY_WAITING) {
    return {
      ...NOTE,
      title: `Think time and the service’s answers together set the rate of ${number(perSecond)} a second.`,
      evidence: [law, time],
      recommendation: 'To learn its capacity ask at a rate of your own: --arrivals.',
    }
  }
  return waitingSetIt(record, pace, [time])
}

/** Users who never think ask as fast as they are answered: by the service, or by a generator that is out of breath. */
function waitingSetIt(record: RunRecord, { users, perSecond, averageMs }: Pace, evidence: string[]): Finding {
  const utilization = record.generator.eventLoopUtilization ?? 0
  if (utilization >= GENERATOR_BUSY) {
    return {
      ...NOTE,
      severity: 'warning',
      title: `The generator set the rate of ${number(perSecond)} a second; the service may take more.`,
      certainty: 'likely',
      evidence: [`A worker of the generator was busy for ${share(utilization, 1)} of a second.`, ...evidence],
      recommendation: 'Raise --threads, or load the service from another machine.',
    }
  }
  return {
    ...NOTE,
    title: `The service set the rate: ${users} users who never pause got ${number(perSecond)} answers a second.`,
    evidence: [
      `Each answer took ${duration(averageMs)}: ${users} / ${duration(averageMs)} = ${number((1000 * users) / averageMs)} a second.`,
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

function asked({ requests }: TimelineSecond): number {
  return requests.reduce((sum, { count }) => sum + count, 0)
}

/** Three times as many, in round numbers. */
function nextRate(perSecond: number): string {
  return String(Number((perSecond * 3).toPrecision(1)))
}
