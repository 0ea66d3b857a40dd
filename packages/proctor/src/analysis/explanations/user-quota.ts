import type { RunCount, RunsWire } from '../../evidence/pass-runs.ts'
import type { Claim } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { grouped, share } from '../words.ts'

/** A limit of each user. */
export type Quota = Omit<Claim, 'recommendation'>

/** What a service says of the request itself: one that grows from request to request comes to its limit, too. */
const OF_ITS_SIZE = new Set([413, 414, 431])

const LEAST_RUNS = 6
/** Shorter runs are often alike by chance. */
const LEAST_LENGTH = 3
/** How many have to be alike; of many long ones fewer, since a limit's windows may begin in the middle of a run. */
const ALIKE = { share: 0.9, ofMany: 0.75, many: 30, long: 8 }

/**
 * Each user passes so many times and is then refused, for a while or for good: the number is the same each time. Failures by chance
 * follow runs of all lengths; and where each nth request fails, one fails and not several in a row.
 */
export function quotaOf(failing: Failing): Quota | undefined {
  const { runs, count, status } = failing
  if (runs === undefined || status === undefined || status < 400 || OF_ITS_SIZE.has(status)) return undefined
  const best = bestOf(failing, constant)
  if (best === undefined || count < 1.5 * best.of) return undefined
  return quotaClaim(failing, runs, best)
}

/** Where the service says that it is a limit, it remains to tell whose. */
export function quotaSaid(failing: Failing): Quota | undefined {
  const { runs } = failing
  const best = bestOf(failing, (of) => usualOfMany(of) ?? mostOfMany(of))
  // Of one user a limit of all looks the same.
  if (runs === undefined || best === undefined || usersOf(failing) < 2 || isEven(runs, best.length))
    return undefined
  return quotaClaim(failing, runs, best)
}

/** Where several names fail so, those runs that end with one of them are a part of a user's. */
function bestOf({ runs, isWhole }: Failing, of: (runs: readonly RunCount[]) => Alike | undefined) {
  return [isWhole ? of(runs?.ofUser ?? []) : undefined, of(runs?.ofName ?? [])]
    .filter((each) => each !== undefined)
    .toSorted((a, b) => b.alike / b.of - a.alike / a.of)[0]
}

function quotaClaim(failing: Failing, runs: RunsWire, { length, alike, of, all, isMost }: Alike): Quota {
  // Where none passes again, it may be the user's state, too, such as a session that is full.
  const isForGood = all <= usersOf(failing)
  const isMany = alike / of >= ALIKE.share && of >= 2 * LEAST_RUNS && !isForGood
  return {
    score: isEven(runs, length) ? 0.5 : isMany ? 0.87 : 0.75,
    key: 'rate-limit',
    cause: `the service lets each user pass ${grouped(length)} times, and then no more${isForGood ? '' : ' for a while'}`,
    evidence: [
      `Of ${grouped(of)} times that a user was refused after it had passed${all > of ? ` ${ALIKE.long} times or more` : ''}, ${share(alike, of)} came after ${grouped(length)} in a row${isMost === true ? ', and none after more' : ''}.`,
    ],
  }
}

function usersOf({ record }: Failing): number {
  return record.timeline.reduce((most, { users }) => Math.max(most, users), 0)
}

/** Where users ask at even distances, as many pass in the same time: an outage looks like a quota then. */
function isEven({ lasted: { count, sumMs, sumOfSquares } }: RunsWire, length: number): boolean {
  const meanMs = sumMs / count
  const deviation = Math.sqrt(Math.max(0, sumOfSquares / count - meanMs ** 2))
  return (deviation / meanMs) * Math.sqrt(length) < 0.1
}

/** How many of all runs have the length that most have. */
interface Alike {
  readonly length: number
  readonly alike: number
  readonly of: number
  /** With those that were left out. */
  readonly all: number
  /** None is longer. */
  readonly isMost?: boolean
}

function usual(runs: readonly RunCount[]): Alike | undefined {
  const of = countOf(runs)
  const [most] = runs.toSorted((a, b) => b[1] - a[1])
  if (most === undefined || of < LEAST_RUNS || most[0] < LEAST_LENGTH) return undefined
  return { length: most[0], alike: most[1], of, all: of }
}

function constant(runs: readonly RunCount[]): Alike | undefined {
  const most = usual(runs)
  if (most === undefined) return undefined
  const { length, alike, of } = most
  const needed = of >= ALIKE.many && length >= ALIKE.long ? ALIKE.ofMany : ALIKE.share
  return alike < needed * of ? undefined : most
}

/** So many of those that are nearly as long, by the usual ones. */
const MOST_NEAR = 0.1

/**
 * Half of the long ones: a window may begin in the midst of a run. A limit of all leaves each user runs of all lengths, or of nearly
 * the same where they take turns.
 */
function usualOfMany(runs: readonly RunCount[]): Alike | undefined {
  const most = usual(runs.filter(([length]) => length >= ALIKE.long))
  if (most === undefined || most.alike < 0.5 * most.of) return undefined
  const near = countOf(runs.filter(([length]) => Math.abs(length - most.length) === 1))
  return near > MOST_NEAR * most.alike ? undefined : { ...most, all: countOf(runs) }
}

const HEAPED = 1.5

/**
 * The longest, if there are heaps of it and hardly any nearly as long: where each old request makes room for a new one, fewer may pass
 * once a window is full, and never more.
 */
function mostOfMany(runs: readonly RunCount[]): Alike | undefined {
  const [most, ...shorter] = runs.toSorted((a, b) => b[0] - a[0])
  if (most === undefined || most[0] < ALIKE.long || most[1] < LEAST_RUNS) return undefined
  const near = countOf(shorter.filter(([length]) => length >= most[0] - 2))
  const of = countOf(runs.filter(([length]) => length >= ALIKE.long))
  return most[1] < HEAPED * near
    ? undefined
    : { length: most[0], alike: most[1], of, all: countOf(runs), isMost: true }
}

function countOf(runs: readonly RunCount[]): number {
  return runs.reduce((sum, [, count]) => sum + count, 0)
}
