import type { Clock } from '../clock/clock.ts'

/** Time since the start of a run, and what is to happen at which. */
export class Stopwatch {
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #pending = new Set<() => void>()

  /** `startedAt` is a reading of the clock; now, unless given. */
  constructor(clock: Clock, startedAt = clock.now()) {
    this.#clock = clock
    this.#startedAt = startedAt
  }

  get elapsedMs(): number {
    return this.#clock.now() - this.#startedAt
  }

  /** What the clock reads when so much has passed. */
  readingAt(elapsedMs: number): number {
    return this.#startedAt + elapsedMs
  }

  /**
   * Calls back once, as soon as may be after `elapsedMs` have passed since the start, and never before; the answer
   * cancels it.
   */
  at(elapsedMs: number, callback: () => void): () => void {
    const cancel = (): void => {
      this.#pending.delete(cancel)
      cancelTimer()
    }
    const wait = (): (() => void) =>
      this.#clock.after(Math.max(0, elapsedMs - this.elapsedMs), () => {
        // Timers count whole milliseconds and may come a fraction of one early.
        if (this.elapsedMs < elapsedMs) {
          cancelTimer = wait()
          return
        }
        this.#pending.delete(cancel)
        callback()
      })
    let cancelTimer = wait()
    this.#pending.add(cancel)
    return cancel
  }

  /** Nothing that is pending happens any more. */
  clear(): void {
    for (const cancel of this.#pending) cancel()
    this.#pending.clear()
  }
}
