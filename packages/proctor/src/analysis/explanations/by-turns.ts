import type { Explanation } from '../explanation.ts'
import { chiSquaredBelow } from '../statistics.ts'
import { number } from '../words.ts'

const LEAST_STEPS = 10
const LEAST_IN_STEP = 8
/** So much more evenly than by chance do they fail. */
const LEAST_CHANCE = 1e-5

/**
 * One in so many fails, at all times, and more evenly than chance has it: as where a balancer gives each instance its turn, and one of
 * them fails. Nothing tells which.
 */
export const byTurns: Explanation = {
  id: 'bad-instance',
  claim(failing) {
    if (failing.status !== undefined && failing.status < 500) return undefined
    const { steps } = failing.steps
    // The first step and the last are cut.
    const whole = steps.slice(1, -1).filter((step) => step.failing + step.passing >= LEAST_IN_STEP)
    const failed = whole.reduce((sum, step) => sum + step.failing, 0)
    const all = failed + whole.reduce((sum, { passing }) => sum + passing, 0)
    const part = failed / all
    if (whole.length < LEAST_STEPS || !(part > 0.04 && part < 0.6)) return undefined
    const squares = whole.reduce((sum, step) => {
      const of = step.failing + step.passing
      return sum + (step.failing - of * part) ** 2 / (of * part * (1 - part))
    }, 0)
    const freedom = whole.length - 1
    if (chiSquaredBelow(squares / freedom, freedom) > LEAST_CHANCE) return undefined
    return {
      score: 0.62,
      key: 'by turns',
      cause: `one in ${number(1 / part)} did, more evenly than by chance: one of so many instances that take turns would look so`,
      evidence: [
        `From step to step their share varies by ${number(Math.sqrt(squares / freedom))} of what chance would have.`,
      ],
      recommendation:
        'Ask each instance by itself, past the balancer; or let answers name theirs in a header, and run again.',
    }
  },
}
