import type { RunRecord } from '../../run/record.ts'
import type { TimelineSecond } from '../../run/timeline-second.ts'
import type { Finding } from '../finding.ts'
import { median } from '../statistics.ts'
import { transportCode } from '../transport-code.ts'
import { duration, noun, number, share } from '../words.ts'
import { wholeSeconds } from './seconds.ts'

/** Below this share of their time in waiting for answers, users' think time sets the rate; above the other, the answers do. */
const MOSTLY_THINKING = 0.5
const MOSTLY_WAITING = 0.9

/** What set the rate, by Little's law; and so what the run says of the service's capacity, and what it does not. */
export function rate(record: RunRecord): Finding[] {
  if (record.total.count === 0) return []
  if (isUnanswered(record)) return [unanswered(record)]
  if (record.load.kind === 'open') return openRate(record)
  const pace = closedPace(record)
  return pace === undefined ? [] : [closedRate(pace)]
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

/** The seconds in which all users were at work. */
interface Pace {
  /** Whether users wait between their tasks. */
  readonly thinks: boolean
  /** Of the generator's worst worker, the middle one of these seconds: one that compiles, or is held up, does not tell. */
  readonly utilization: number
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
  const atWork = seconds.filter((second) => second.users === users)
  // In the first second the code is compiled and connections open, even where all users begin at once.
  const later = atWork.filter(({ second }) => second > 0)
  const steady = later.length > 0 ? later : atWork
  const count = steady.reduce((sum, second) => sum + asked(second), 0)
  const averageMs = record.total.service.averageMs
  if (count === 0 || averageMs === null) return undefined
  const perSecond = count / steady.length
  const cycleMs = (1000 * users) / perSecond
  const waiting = Math.min(1, averageMs / cycleMs)
  return {
    thinks: record.thinks ?? true,
    utilization: median(steady.map(({ generator }) => generator.eventLoopUtilization)) ?? 0,
    users,
    perSecond,
    averageMs,
    thinkMs: Math.max(0, cycleMs - averageMs),
    waiting,
  }
}

function closedRate(pace: Pace): Finding {
  const { thinks, users, perSecond, averageMs, thinkMs, waiting } = pace
  if (!thinks && waiting < MOSTLY_WAITING) return ownCodeSetIt(pace)
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
  return waitingSetIt(pace, [time])
}

/** Users who never think, and yet do not wait for answers: they wait for their own tasks, or for the generator. */
function ownCodeSetIt(pace: Pace): Finding {
  const { perSecond, waiting, utilization } = pace
  if (utilization >= GENERATOR_BUSY) return generatorSetIt(pace, [])
  return {
    ...NOTE,
    title: `The tasks’ own code set the rate of ${number(perSecond)} a second; what the service can take is unknown.`,
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
