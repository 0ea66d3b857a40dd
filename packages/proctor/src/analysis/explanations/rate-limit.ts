import type { RunCount, RunsWire } from '../../evidence/pass-runs.ts'
import type { Claim, Explanation } from '../explanation.ts'
import type { Failing, Steps } from '../failing.ts'
import { chiSquaredBelow, mean, variance } from '../statistics.ts'
import { bestThreshold } from './spreads.ts'
import { AT_ONCE, turnedAwayFrom } from './strain.ts'
import { grouped, number, quoted, share } from '../words.ts'

/** More requests in a time than the service lets pass, of all or of each user, whether it says so or not. */
export const rateLimit: Explanation = {
  id: 'rate-limit',
  claim(failing) {
    const { status } = failing
    const quota = quotaOf(failing)
    if (status === 429 || SAYS_SO.test(failing.said) || isSpent(failing)) return said(failing, quota)
    if (quota !== undefined) return quota
    if (status === undefined || status < 400 || AT_ONCE.test(failing.said)) return undefined
    // What one name has of a limit on several is no number that it knows of.
    const claim = seen(failing.steps) ?? (failing.isWhole ? refilled(failing.steps) : undefined)
    if (claim === undefined) return undefined
    // What takes only so many at a time lets only so many a second pass: where that tells them apart, it is the simpler cause.
    const atOnce = turnedAwayFrom(failing) === undefined ? bestThreshold(failing, 'inFlight').score : 1
    return { ...claim, score: claim.score - 0.3 * Math.max(0, atOnce) }
  },
}

/** In the words of services and their interfaces, in several languages. */
const SAYS_SO =
  /rate.?limit|too many (requests|attempts|calls)|(?<!(disk|storage) )quota|throttl|slow.?down|request rate|rate exceeded|(request|call|usage|api) limit|try again in \S+ (second|minute)|zu viele (anfragen|versuche)|kontingent|trop de (requ|tentatives)|demasiad[ao]s (solicitudes|peticiones|intentos)|muitas (requisi|solicita)|troppe richieste|te veel verzoeken|слишком много запросов|リクエストが多|请求过|請求過/

const CAUSE = 'the service limits the rate of requests'
const ADVICE =
  'Ask for less than the limit, honour Retry-After, or lift the limit for this test: what was measured is the limit, not the service.'

function said(failing: Failing, quota: Claim | undefined): Claim {
  const { stepMs } = failing.steps
  const peak =
    Math.max(...windowsOf(failing.steps, 1000).map(({ passing }) => passing)) / Math.max(1, stepMs / 1000)
  return {
    score: failing.status === 429 || quota !== undefined ? 0.92 : 0.84,
    key: 'rate-limit',
    cause: quota?.cause ?? CAUSE,
    evidence: [
      ...(quota?.evidence ?? (peak > 0 ? [`It let at most ${number(peak)} a second pass.`] : [])),
      ...retryAfter(failing),
    ],
    recommendation: ADVICE,
  }
}

function retryAfter({ exemplars }: Failing): string[] {
  const value = exemplars
    .flatMap(({ response }) => response?.headers ?? [])
    .find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  return value === undefined ? [] : [`It asks to retry after ${quoted(value)} s.`]
}

const REMAINING = /^(x-)?rate-?limit-remaining|^x-.*(limit|quota).*remaining/i

/** By its headers nothing is left of a limit, and where it passed there was. */
function isSpent({ exemplars, passingExemplars }: Failing): boolean {
  const [failing, passing] = [remainingOf(exemplars), remainingOf(passingExemplars)]
  return failing.length > 0 && failing.every((each) => each === '0') && passing.some((each) => each !== '0')
}

function remainingOf(exemplars: Failing['exemplars']): string[] {
  const headers = exemplars.flatMap(({ response }) => response?.headers ?? [])
  return headers.filter(([name]) => REMAINING.test(name)).map(([, value]) => value.trim())
}

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
function quotaOf(failing: Failing): Claim | undefined {
  const { runs, count, status } = failing
  if (runs === undefined || status === undefined || status < 400 || OF_ITS_SIZE.has(status)) return undefined
  // Where several names fail so, those runs that end with one of them are a part of a user's.
  const [best] = [failing.isWhole ? constant(runs.ofUser) : undefined, constant(runs.ofName)]
    .filter((each) => each !== undefined)
    .toSorted((a, b) => b.alike / b.of - a.alike / a.of)
  if (best === undefined || count < 1.5 * best.of) return undefined
  const { length, alike, of } = best
  // Where none passes again, it may be the user's state, too, such as a session that is full.
  const isForGood = of <= usersOf(failing)
  const isMany = alike / of >= ALIKE.share && of >= 2 * LEAST_RUNS && !isForGood
  return {
    score: isEven(runs, length) ? 0.5 : isMany ? 0.87 : 0.75,
    key: 'rate-limit',
    cause: `the service lets each user pass ${grouped(length)} times, and then no more${isForGood ? '' : ' for a while'}`,
    evidence: [
      `Of ${grouped(of)} times that a user was refused after it had passed, ${share(alike, of)} came after ${grouped(length)} in a row.`,
    ],
    recommendation: ADVICE,
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

/** The length that most runs have. */
function constant(runs: readonly RunCount[]): { length: number; alike: number; of: number } | undefined {
  const of = runs.reduce((sum, [, count]) => sum + count, 0)
  const [most] = runs.toSorted((a, b) => b[1] - a[1])
  if (most === undefined || of < LEAST_RUNS || most[0] < LEAST_LENGTH) return undefined
  const [length, alike] = most
  const needed = of >= ALIKE.many && length >= ALIKE.long ? ALIKE.ofMany : ALIKE.share
  return alike < needed * of ? undefined : { length, alike, of }
}

/** Lengths of time that a service may count by. */
const LENGTHS_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000]
const LEAST_WINDOWS = 6
/** So much less than by chance, and than what was asked, does the number that passes vary. */
const LEAST_CHANCE = 1e-4
const MOST_OF_ASKED = 0.15

/**
 * Not said, but seen: however many are asked, as many pass. What fails by chance passes in numbers that vary as those of
 * coins do, and what fails by what is asked passes in numbers that vary as those asked.
 */
function seen(steps: Steps): Claim | undefined {
  const [found] = LENGTHS_MS.flatMap((lengthMs) => {
    // At first a limit may let more pass, which it has saved up.
    const all = windowsOf(steps, lengthMs).filter((each) => each.failing > 0)
    const windows = all.slice(Math.min(2, Math.floor(all.length / LEAST_WINDOWS)))
    return windows.length >= LEAST_WINDOWS && isCapped(windows) ? [{ lengthMs, windows }] : []
  })
  if (found === undefined) return undefined
  const { windows, lengthMs } = found
  const most = mean(windows.map(({ passing }) => passing))
  const asked = windows.map((each) => each.failing + each.passing)
  return {
    score: 0.75,
    key: 'rate-limit',
    cause: CAUSE,
    evidence: [
      `Of ${number(Math.min(...asked))} to ${number(Math.max(...asked))} that were asked in ${number(lengthMs / 1000)} s, about ${number(most)} passed each time: ${number((1000 * most) / lengthMs)} a second.`,
    ],
    recommendation: ADVICE,
  }
}

const LEAST_CYCLES = 3
const LEAST_IN_CYCLE = 20
/** So seldom is it as even by chance; whole numbers are the more often alike the fewer they are. */
const SELDOM = 0.02
const ROUNDING = 0.05

/**
 * Again and again some pass, then none until a moment at which they pass again; and each time as many pass, to nearly one. An
 * outage that comes again lets pass what is asked between, which varies as asking does.
 */
function refilled(steps: Steps): Claim | undefined {
  const cycles = cyclesOf(steps)
  const passing = cycles.map((cycle) => cycle.passing)
  const [least, most] = [Math.min(...passing), Math.max(...passing)]
  if (cycles.length < LEAST_CYCLES || least < LEAST_IN_CYCLE) return undefined
  const asked = steps.steps.slice(1, -1).map((step) => step.failing + step.passing)
  // Over longer times what closed loads ask varies less than from step to step.
  const byChance = (0.5 * mean(passing) * variance(asked)) / mean(asked)
  if (chiSquaredBelow((variance(passing) + ROUNDING) / byChance, cycles.length - 1) > SELDOM) return undefined
  return {
    score: 0.62,
    key: 'rate-limit',
    cause: CAUSE,
    evidence: [
      `${cycles.length} times it let ${number(least)}${most > least ? ` or ${number(most)}` : ''} pass and refused the rest, and then passed again: a number that is filled up each time.`,
    ],
    recommendation: ADVICE,
  }
}

/** From where it passes to where it passes again, having failed; the last only if it failed, too. */
function cyclesOf({ steps }: Steps): Window[] {
  const cycles: { failing: number; passing: number }[] = []
  let isRefusing = true
  for (const { failing, passing } of steps) {
    if (failing + passing === 0) continue
    if (isRefusing && passing > failing) cycles.push({ failing: 0, passing: 0 })
    const cycle = cycles.at(-1)
    if (cycle === undefined) continue
    isRefusing = failing > passing
    cycle.failing += failing
    cycle.passing += passing
  }
  return isRefusing ? cycles : cycles.slice(0, -1)
}

interface Window {
  readonly failing: number
  readonly passing: number
}

/** Whole ones; the first and the last are cut. */
function windowsOf({ stepMs, steps }: Steps, lengthMs: number): Window[] {
  const each = Math.max(1, Math.round(lengthMs / stepMs))
  const count = Math.floor(steps.length / each)
  return Array.from({ length: count }, (_, index) => {
    const window = { failing: 0, passing: 0 }
    for (let at = index * each; at < (index + 1) * each; at++) {
      window.failing += steps[at]!.failing
      window.passing += steps[at]!.passing
    }
    return window
  })
}

function isCapped(windows: readonly Window[]): boolean {
  const passing = windows.map((window) => window.passing)
  const asked = windows.map((window) => window.passing + window.failing)
  const part = mean(passing) / mean(asked)
  if (part < 0.05 || part > 0.95 || mean(passing) < 5) return false
  if (variance(passing) > MOST_OF_ASKED * variance(asked)) return false
  const byChance = mean(asked) * part * (1 - part)
  return chiSquaredBelow(variance(passing) / byChance, windows.length - 1) < LEAST_CHANCE
}
