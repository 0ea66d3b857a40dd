import type { Share } from './plan.ts'

/** How many tasks one worker may still begin. */
export class Iterations {
  #left: number

  /** `all` of the run, `null` for no bound; the first workers have the ones that are left over. */
  constructor(all: number | null, { worker, of }: Share) {
    this.#left = all === null ? Infinity : Math.floor(all / of) + (worker < all % of ? 1 : 0)
  }

  get isSpent(): boolean {
    return this.#left === 0
  }

  /** Takes one; `false` when there is none left. */
  take(): boolean {
    if (this.#left === 0) return false
    this.#left -= 1
    return true
  }
}
