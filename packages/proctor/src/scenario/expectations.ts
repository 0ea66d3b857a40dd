import { callersPlace, ScenarioError } from './scenario-error.ts'

/** What a scenario has to keep to. Each answers the value that passed, or throws a `ScenarioError` with the place. */
export class Expectations {
  readonly #place = callersPlace()

  holds(condition: boolean, expected: string, ...got: readonly unknown[]): void {
    if (condition) return
    throw new ScenarioError(`expected ${expected}; got ${got.map(describe).join(', ')}`, this.#place)
  }

  positive(name: string, value: number): number {
    this.holds(Number.isFinite(value) && value > 0, `${name} > 0`, value)
    return value
  }

  wholeNumber(name: string, value: number): number {
    this.holds(Number.isSafeInteger(value) && value >= 0, `${name} to be a whole number ≥ 0`, value)
    return value
  }

  atLeastOne(name: string, value: number): number {
    this.holds(Number.isSafeInteger(value) && value >= 1, `${name} to be a whole number ≥ 1`, value)
    return value
  }

  /** What `check` throws is what was expected. */
  passes(name: string, check: () => unknown): void {
    try {
      check()
    } catch (error) {
      throw new ScenarioError(`${name}: ${(error as Error).message}`, this.#place)
    }
  }

  optionalFunction<F>(name: string, value: F, example = ''): F {
    this.holds(
      value === undefined || typeof value === 'function',
      `${name} to be a function${example}`,
      value,
    )
    return value
  }

  /** A misspelt key would be left out without a word: a `wait_time` that never waits. */
  knownKeys<T extends object>(name: string, value: T, known: readonly string[]): T {
    const unknown = Object.keys(value).find((key) => !known.includes(key))
    this.holds(unknown === undefined, `${name} to have ${known.join(', ')} only`, unknown)
    return value
  }

  object<T>(expected: string, value: T): T & object {
    this.holds(typeof value === 'object' && value !== null && !Array.isArray(value), expected, value)
    return value as T & object
  }
}

/** A value in the words of a message: short, and never mistaken for another (`"1"` is not `1`). */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return keysOf(value)
  if (typeof value === 'function') return 'a function'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function keysOf(value: object): string {
  const keys = Object.keys(value)
  return keys.length === 0 ? '{}' : `{ ${keys.join(', ')} }`
}
