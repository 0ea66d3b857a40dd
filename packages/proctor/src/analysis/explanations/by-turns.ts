import type { Explanation } from '../explanation.ts'
import { wilson } from '../contrast.ts'
import type { Failing, Steps } from '../failing.ts'
import { chiSquaredBelow } from '../statistics.ts'
import { number, shareWords } from '../words.ts'

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
    const whole = stepsOfMany(failing.steps)
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
      score: isOfGateway(failing) && isOneOfSome(failed, all) ? 0.74 : 0.62,
      key: 'by turns',
      cause: `one in ${number(1 / part)} did, more evenly than by chance: one of so many instances that take turns would look so`,
      evidence: [
        `From step to step their share varies by ${number(Math.sqrt(squares / freedom))} of what chance would have.`,
        `${shareWords(failed, all)} failed, whatever the request.`,
      ],
      recommendation:
        'Ask each instance by itself, past the balancer; or let answers name theirs in a header, and run again.',
    }
  },
}

/** So many in a row that each has enough. The first step and the last are cut. */
function stepsOfMany({ steps }: Steps): { failing: number; passing: number }[] {
  const whole: { failing: number; passing: number }[] = []
  let sum = { failing: 0, passing: 0 }
  for (const { failing, passing } of steps.slice(1, -1)) {
    sum = { failing: sum.failing + failing, passing: sum.passing + passing }
    if (sum.failing + sum.passing < LEAST_IN_STEP) continue
    whole.push(sum)
    sum = { failing: 0, passing: 0 }
  }
  return whole
}

/** What a gateway answers for an instance that is gone. */
function isOfGateway({ status }: Failing): boolean {
  return status === 502 || status === 504
}

const MOST_INSTANCES = 10

/** Whether the share is one in a whole number. */
function isOneOfSome(failed: number, all: number): boolean {
  const { low, high } = wilson(failed, all)
  const instances = Math.round(all / failed)
  return instances >= 2 && instances <= MOST_INSTANCES && low <= 1 / instances && 1 / instances <= high
}
