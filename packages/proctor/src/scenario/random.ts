/**
 * One user's random choices: the same seed and user give the same choices, whatever the machine or the number of
 * workers. Not for secrets.
 *
 * Source of the generator: sfc32 of PractRand (Chris Doty-Humphrey), seeded through SplitMix32.
 */
export class Random {
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  /** `stream` tells apart the users of one run: each draws a sequence of its own. */
  constructor(seed: number, stream: string) {
    this.reseed(seed, stream)
  }

  /** Begins the sequence of another stream. */
  reseed(seed: number, stream: string): void {
    let state = hash(`${seed}/${stream}`)
    const splitMix = (): number => {
      state = (state + 0x9e3779b9) | 0
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
      return mixed ^ (mixed >>> 15)
    }
    this.#a = splitMix()
    this.#b = splitMix()
    this.#c = splitMix()
    this.#counter = 1
    for (let i = 0; i < 12; i++) this.#next()
  }

  /** From 0 up to but never 1, with 53 bits. */
  fraction(): number {
    return ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53
  }

  /** A whole number from `low` to `high`, both included, all equally likely. */
  integer(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high < low) {
      throw new RangeError(`expected whole numbers low ≤ high, got ${low} and ${high}`)
    }
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  /** A number from `low` to `high`, rounded to `digits` decimals where they are given. */
  float(low: number, high: number, digits?: number): number {
    const value = low + this.fraction() * (high - low)
    return digits === undefined ? value : Number(value.toFixed(digits))
  }

  /** One of `items`, all equally likely. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('expected at least one item to pick from, got none')
    return items[this.integer(0, items.length - 1)]!
  }

  /** True with the probability given (0–1). */
  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** Normally distributed, mean 0 and standard deviation 1. Source: Box and Muller, 1958. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction())
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum
  }
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return state
}
