import { partOf, type Share } from './plan.ts'

/** How many tasks one worker may still begin. */
export class Iterations {
  #left: number

  /** `all` of the run, `null` for no bound. */
  constructor(all: number | null, share: Share) {
    this.#left = all === null ? Infinity : partOf(all, share)
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

  /** The one taken last was not done. */
  putBack(): void {
    this.#left += 1
  }
}
