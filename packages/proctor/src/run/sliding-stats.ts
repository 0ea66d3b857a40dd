import { RequestStats } from '../stats/request-stats.ts'

/**
 * The sum of the last seconds, as many as the window is long. Histograms merge but do not subtract, and a window of
 * minutes must not cost minutes each second: so it is a queue of two stacks that keep sums, three merges a second on average.
 *
 * Source: the two-stack queue of functional programming; for windows, Tangwongsan, Hirzel and Schneider, 2015.
 */
export class SlidingStats {
  readonly #length: number
  /** Each is the sum from one of the older seconds to the last of the older; at the end, from the oldest. */
  readonly #older: RequestStats[] = []
  readonly #newer: RequestStats[] = []
  #newerSum = new RequestStats()

  constructor(seconds: number) {
    this.#length = seconds
  }

  get isFull(): boolean {
    return this.#older.length + this.#newer.length === this.#length
  }

  /** Keeps the second, which must not change any more. */
  push(second: RequestStats): void {
    if (this.isFull) this.#dropOldest()
    this.#newer.push(second)
    this.#newerSum.merge(second)
  }

  sum(): RequestStats {
    const oldest = this.#older.at(-1)
    return oldest === undefined ? sumOf([this.#newerSum]) : sumOf([oldest, this.#newerSum])
  }

  #dropOldest(): void {
    if (this.#older.length === 0) this.#turn()
    this.#older.pop()
  }

  #turn(): void {
    for (let second = this.#newer.pop(); second !== undefined; second = this.#newer.pop()) {
      const later = this.#older.at(-1)
      this.#older.push(later === undefined ? second : sumOf([second, later]))
    }
    this.#newerSum = new RequestStats()
  }
}

export function sumOf(parts: readonly RequestStats[]): RequestStats {
  const sum = new RequestStats()
  for (const part of parts) sum.merge(part)
  return sum
}
