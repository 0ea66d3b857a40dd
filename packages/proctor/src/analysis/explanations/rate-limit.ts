import type { Claim, Explanation } from '../explanation.ts'
import type { Failing, Steps } from '../failing.ts'
import { wholeSeconds } from '../observations/seconds.ts'
import { chiSquaredBelow, mean, median, variance } from '../statistics.ts'
import { bestThreshold } from './spreads.ts'
import { AT_ONCE, turnedAwayFrom } from './strain.ts'
import { type Quota, quotaOf, quotaSaid } from './user-quota.ts'
import { grouped, noun, number, quoted } from '../words.ts'

/** More requests in a time than the service lets pass, of all or of each user, whether it says so or not. */
export const rateLimit: Explanation = {
  id: 'rate-limit',
  claim(failing) {
    const { status } = failing
    const quota = quotaOf(failing)
    const isSaid = status === 429 || SAYS_SO.test(failing.said) || isSpent(failing)
    if (isSaid) return said(failing, quotaSaid(failing) ?? quota)
    if (quota !== undefined) return { ...quota, recommendation: advice(failing) }
    if (status === undefined || status < 400 || AT_ONCE.test(failing.said)) return undefined
    // What one name has of a limit on several is no number that it knows of.
    const claim = seen(failing) ?? (failing.isWhole ? refilled(failing) : undefined)
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
/** Where it says no more than that there were too many. */
const SOME_LIMIT = 'the service lets only so many requests pass: a rate of all, or a quota of each user'

function advice(failing: Failing): string {
  const honour = retryAfterOf(failing) === undefined ? '' : ' honour Retry-After,'
  return `Ask for less than the limit,${honour} or lift the limit for this test: what was measured is the limit, not the service.`
}

function said(failing: Failing, quota: Quota | undefined): Claim {
  // Of several names that share a limit one alone may look otherwise: what is known of it counts for more.
  const known = quota ?? (failing.isWhole ? (seen(failing) ?? refilled(failing)) : undefined)
  return {
    score: (failing.status === 429 || quota !== undefined ? 0.92 : 0.84) + (known === undefined ? 0 : 0.02),
    key: 'rate-limit',
    cause: known?.cause ?? SOME_LIMIT,
    evidence: [...(known?.evidence ?? passingWhileRefusing(failing)), ...retryAfter(failing)],
    recommendation: advice(failing),
  }
}

/** How many passed in the seconds of the timeline in which some were refused, of all requests that are refused so. */
function passingWhileRefusing({ record, signature }: Failing): string[] {
  const refused = record.failures.filter((failure) => failure.signature === signature)
  const names = new Set(refused.map(({ method, name }) => `${method} ${name}`))
  const refusing = new Set(refused.flatMap(({ seconds }) => seconds.map(([second]) => second)))
  const passed = wholeSeconds(record)
    .filter(({ second }) => refusing.has(second))
    .map(({ requests }) => {
      const own = requests.filter(({ method, name }) => names.has(`${method} ${name}`))
      return own.reduce((sum, { count, failures }) => sum + count - failures, 0)
    })
  const middle = median(passed)
  if (middle === undefined) return []
  const [least, most] = [Math.min(...passed), Math.max(...passed)]
  const range = least === most ? grouped(most) : `${grouped(least)} to ${grouped(most)}`
  return [
    `In the ${noun(passed.length, 'whole second')} in which it refused any, ${range} of these requests passed a second, ${grouped(middle)} typically.`,
  ]
}

function retryAfterOf({ exemplars }: Failing): string | undefined {
  return exemplars
    .flatMap(({ response }) => response?.headers ?? [])
    .find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
}

function retryAfter(failing: Failing): string[] {
  const value = retryAfterOf(failing)
  if (value === undefined) return []
  return [`It asks to retry after ${quoted(value)}${/^\d+$/.test(value) ? ' s' : ''}.`]
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
function seen(failing: Failing): Claim | undefined {
  const { steps } = failing
  const [found] = LENGTHS_MS.flatMap((aboutMs) => {
    // Of a long run the steps are long, too, and a window is whole ones.
    const lengthMs = steps.stepMs * Math.max(1, Math.round(aboutMs / steps.stepMs))
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
    recommendation: advice(failing),
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
function refilled(failing: Failing): Claim | undefined {
  const { steps } = failing
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
    recommendation: advice(failing),
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
