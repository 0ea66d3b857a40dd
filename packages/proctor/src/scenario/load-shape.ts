import { total, type Users } from '../shape/users-over-time.ts'
import { describe, Expectations } from './expectations.ts'

/** So much in all, or so much for each class of users; `undefined` ends the run. */
export type AmountOverTime = (elapsedSeconds: number) => Users | undefined

/** A load as code: one pure function of time. */
export type ShapeDefinition =
  | {
      /** A closed load: so many users at work. */
      users: AmountOverTime
    }
  | {
      /** An open load: so many arrivals a second. */
      arrivals: AmountOverTime
      /** As independent people come, which is the default, or evenly. */
      spacing?: 'poisson' | 'uniform'
    }

/** A load shape that has passed every check; what `defineShape` answers and a scenario exports. */
export class LoadShape {
  readonly kind: 'users' | 'arrivals'
  readonly spacing: 'poisson' | 'uniform'
  readonly #amount: AmountOverTime

  /** Throws a `ScenarioError` that names what was expected. */
  constructor(definition: ShapeDefinition) {
    const expected = new Expectations()
    expected.object('defineShape({ users: (seconds) => … })', definition)
    const {
      users,
      arrivals,
      spacing = 'poisson',
    } = expected.knownKeys('a shape', definition, KEYS) as {
      users?: AmountOverTime
      arrivals?: AmountOverTime
      spacing?: 'poisson' | 'uniform'
    }
    expected.holds(
      (users === undefined) !== (arrivals === undefined),
      'users or arrivals, one of both',
      definition,
    )
    expected.holds(spacing === 'poisson' || spacing === 'uniform', "spacing 'poisson' or 'uniform'", spacing)
    this.kind = users === undefined ? 'arrivals' : 'users'
    this.spacing = spacing
    this.#amount = expected.optionalFunction(this.kind, users ?? arrivals)!
  }

  /** Throws what the function throws, and a `RangeError` for what is no amount. */
  amountAt(elapsedSeconds: number): Users | undefined {
    const amount = this.#amount(elapsedSeconds)
    if (amount === undefined || amount === null) return undefined
    const sum = typeof amount === 'object' || typeof amount === 'number' ? total(amount) : Number.NaN
    if (sum >= 0 && sum < Infinity) return amount
    throw new RangeError(
      `expected ${this.kind}(${elapsedSeconds}) to answer a number ≥ 0, one for each class, or undefined; got ${describe(amount)}`,
    )
  }
}

const KEYS = ['users', 'arrivals', 'spacing']

/**
 * Declares a load as a function of the seconds since the start, in the place of flags. Export it beside the users; it is
 * asked ten times a second and must depend on nothing else.
 *
 * ```ts
 * import { defineShape } from 'proctor'
 *
 * // 100 users and 50 more each minute, for ten minutes
 * export const shape = defineShape({
 *   users: (seconds) => (seconds < 600 ? 100 + 50 * Math.floor(seconds / 60) : undefined),
 * })
 * ```
 */
export function defineShape(definition: ShapeDefinition): LoadShape {
  return new LoadShape(definition)
}
