import { Expectations } from './expectations.ts'
import type { Random } from './random.ts'

/** What a wait may depend on. */
export interface WaitContext {
  /** The user's own random choices. */
  readonly random: Random
  /** Seconds since the task that has just ended was due to start. */
  readonly taskSeconds: number
}

/** Seconds that a user waits between two tasks. Any function of this shape will do. */
export type WaitTime = (context: WaitContext) => number

/** Equally likely between `low` and `high` seconds. */
export function between(low: number, high: number): WaitTime {
  check(isSeconds(low) && isSeconds(high) && low <= high, 'between(low, high): 0 ≤ low ≤ high', low, high)
  return ({ random }) => random.float(low, high)
}

/** The next task begins at once. */
export const noWait: WaitTime = () => 0

/** Always the same number of seconds; `constant(0)` asks again at once. */
export function constant(seconds: number): WaitTime {
  check(isSeconds(seconds), 'constant(seconds): seconds ≥ 0', seconds)
  return seconds === 0 ? noWait : () => seconds
}

/** Starts a task every `seconds`, however long the task takes; one that takes longer is followed at once. */
export function constantPacing(seconds: number): WaitTime {
  check(isSeconds(seconds), 'constantPacing(seconds): seconds ≥ 0', seconds)
  return ({ taskSeconds }) => Math.max(0, seconds - taskSeconds)
}

/** At most `perSecond` tasks a second from each user. */
export function constantThroughput(perSecond: number): WaitTime {
  const valid = Number.isFinite(perSecond) && perSecond > 0
  check(valid, 'constantThroughput(perSecond): perSecond > 0', perSecond)
  return constantPacing(1 / perSecond)
}

/** Exponentially distributed: what independent arrivals look like. `mean` in seconds. */
export function exponential(mean: number): WaitTime {
  check(isSeconds(mean), 'exponential(mean): mean ≥ 0', mean)
  return ({ random }) => -Math.log(1 - random.fraction()) * mean
}

/**
 * Log-normally distributed, as people's think times are: half the waits are under `median` seconds, and `sigma`,
 * the standard deviation of the logarithm, says how long the tail is (0.5: one in 20 over 2.3 × the median).
 */
export function logNormal(median: number, sigma: number): WaitTime {
  const valid = Number.isFinite(median) && median > 0 && isSeconds(sigma)
  check(valid, 'logNormal(median, sigma): median > 0, sigma ≥ 0', median, sigma)
  return ({ random }) => median * Math.exp(sigma * random.normal())
}

function isSeconds(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}

function check(holds: boolean, expected: string, ...got: number[]): void {
  new Expectations().holds(holds, expected, ...got)
}
