import type { Clock } from '../clock/clock.ts'

/** Time since the start of a run, and what is to happen at which. */
export class Stopwatch {
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #pending = new Set<() => void>()

  /** Starts now. */
  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  get elapsedMs(): number {
    return this.#clock.now() - this.#startedAt
  }

  /** Calls back once, as soon as may be after `elapsedMs` have passed since the start, and never before. */
  at(elapsedMs: number, callback: () => void): void {
    const cancel = this.#clock.after(Math.max(0, elapsedMs - this.elapsedMs), () => {
      this.#pending.delete(cancel)
      // Timers count whole milliseconds and may come a fraction of one early.
      if (this.elapsedMs < elapsedMs) this.at(elapsedMs, callback)
      else callback()
    })
    this.#pending.add(cancel)
  }

  /** Nothing that is pending happens any more. */
  clear(): void {
    for (const cancel of this.#pending) cancel()
    this.#pending.clear()
  }
}
