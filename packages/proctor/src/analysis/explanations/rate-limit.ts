import type { Claim, Explanation } from '../explanation.ts'
import type { Failing } from '../failing.ts'
import { number, quoted } from '../words.ts'

/** More requests in a time than the service lets pass, whether it says so or not. */
export const rateLimit: Explanation = {
  id: 'rate-limit',
  claim(failing) {
    const saysSo = /rate.?limit|too many requests|(?<!disk )quota|throttl/.test(failing.said)
    if (failing.status === 429 || saysSo) return said(failing)
    return failing.status !== undefined && failing.status >= 400 ? seen(failing) : undefined
  },
}

const CAUSE = 'the service limits the rate of requests'
const ADVICE =
  'Ask for less than the limit, honour Retry-After, or lift the limit for this test: what was measured is the limit, not the service.'

function said(failing: Failing): Claim {
  const { stepMs } = failing.steps
  const peak =
    Math.max(...windowsOf(failing, 1000).map(({ passing }) => passing)) / Math.max(1, stepMs / 1000)
  return {
    score: failing.status === 429 ? 0.92 : 0.8,
    key: 'rate-limit',
    cause: CAUSE,
    evidence: [`It let at most ${number(peak)} a second pass.`, ...retryAfter(failing)],
    recommendation: ADVICE,
  }
}

function retryAfter({ exemplars }: Failing): string[] {
  const value = exemplars
    .flatMap(({ response }) => response?.headers ?? [])
    .find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  return value === undefined ? [] : [`It asks to retry after ${quoted(value)} s.`]
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
  const [found] = LENGTHS_MS.flatMap((lengthMs) => {
    const windows = windowsOf(failing, lengthMs).filter((each) => each.failing > 0)
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

interface Window {
  readonly failing: number
  readonly passing: number
}

/** Whole ones; the first and the last are cut. */
function windowsOf({ steps: { stepMs, steps } }: Failing, lengthMs: number): Window[] {
  const each = Math.max(1, Math.round(lengthMs / stepMs))
  const count = Math.floor(steps.length / each)
  return Array.from({ length: count }, (_, index) => {
    const inside = steps.slice(index * each, (index + 1) * each)
    return {
      failing: inside.reduce((sum, { failing }) => sum + failing, 0),
      passing: inside.reduce((sum, { passing }) => sum + passing, 0),
    }
  })
}

function isCapped(windows: readonly Window[]): boolean {
  const passing = windows.map((window) => window.passing)
  const asked = windows.map((window) => window.passing + window.failing)
  const share = mean(passing) / mean(asked)
  if (share < 0.05 || share > 0.95 || mean(passing) < 5) return false
  if (variance(passing) > MOST_OF_ASKED * variance(asked)) return false
  const byChance = mean(asked) * share * (1 - share)
  return chiSquaredBelow(variance(passing) / byChance, windows.length - 1) < LEAST_CHANCE
}

/** How likely a variance so many times the true one, or less, is by chance. Source: Wilson and Hilferty, 1931. */
function chiSquaredBelow(ratio: number, freedom: number): number {
  const spread = Math.sqrt(2 / (9 * freedom))
  const z = (Math.cbrt(ratio) - (1 - 2 / (9 * freedom))) / spread
  return z >= 0 ? 0.5 : Math.exp(-z * z * 0.5) / Math.max(2, -z * Math.sqrt(2 * Math.PI))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function variance(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1)
}
