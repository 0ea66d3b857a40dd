import { inspect, isDeepStrictEqual } from 'node:util'

/** What was expected did not come. In a `check` it fails the request; elsewhere it is an exception of the task. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError'
}

/** What may be expected of a value. Each throws an `ExpectationError` where it does not hold. */
export class Expectation<T> {
  readonly #actual: T
  readonly #what: string
  readonly #isNegated: boolean

  constructor(actual: T, what: string, isNegated = false) {
    this.#actual = actual
    this.#what = what
    this.#isNegated = isNegated
  }

  /** The contrary of what follows. */
  get not(): Expectation<T> {
    return new Expectation(this.#actual, this.#what, !this.#isNegated)
  }

  /** The same value, as `Object.is` has it. */
  toBe(expected: T): void {
    this.#holds(Object.is(this.#actual, expected), `to be ${shown(expected)}`)
  }

  /** The same content, by deep and strict equality. */
  toEqual(expected: T): void {
    this.#holds(isDeepStrictEqual(this.#actual, expected), `to equal ${shown(expected)}`)
  }

  /** Neither `undefined` nor `null`. */
  toBeDefined(): void {
    this.#holds(this.#actual !== undefined && this.#actual !== null, 'to be defined')
  }

  /** A number below `limit`. */
  toBeLessThan(limit: number): void {
    this.#holds(Number(this.#actual) < limit, `to be less than ${limit}`)
  }

  /** A number above `limit`. */
  toBeGreaterThan(limit: number): void {
    this.#holds(Number(this.#actual) > limit, `to be greater than ${limit}`)
  }

  /** Of a text a part, of an array an element. */
  toContain(part: unknown): void {
    const actual: unknown = this.#actual
    const has = Array.isArray(actual) ? actual.includes(part) : String(actual).includes(String(part))
    this.#holds(has, `to contain ${shown(part)}`)
  }

  /** A text in which the pattern is found. */
  toMatch(pattern: RegExp): void {
    this.#holds(pattern.test(String(this.#actual)), `to match ${pattern}`)
  }

  /** A text or an array of so many characters or elements. */
  toHaveLength(length: number): void {
    const actual = (this.#actual as { length?: unknown } | null | undefined)?.length
    this.#holds(actual === length, `to have length ${length}`)
  }

  #holds(condition: boolean, expected: string): void {
    if (condition !== this.#isNegated) return
    const subject = this.#what === '' ? '' : `${this.#what} `
    const negation = this.#isNegated ? 'not ' : ''
    throw new ExpectationError(`expected ${subject}${negation}${expected}, got ${shown(this.#actual)}`)
  }
}

const SHOWN_CHARACTERS = 80

function shown(value: unknown): string {
  const text = inspect(value, { breakLength: Infinity, depth: 2, maxArrayLength: 5, maxStringLength: 60 })
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}

/**
 * Says what a value has to be; `what` names it in the message.
 *
 * ```ts
 * import { defineUser, expect } from 'proctor'
 *
 * export const Visitor = defineUser({
 *   tasks: {
 *     home: ({ http }) =>
 *       http.get('/', {
 *         check(response) {
 *           expect(response.status, 'status').toBe(200) // expected status to be 200, got 204
 *           expect(response.text(), 'page').toContain('Welcome')
 *         },
 *       }),
 *   },
 * })
 * ```
 */
export function expect<T>(actual: T, what = ''): Expectation<T> {
  return new Expectation(actual, what)
}
