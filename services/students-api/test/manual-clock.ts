import type { Clock } from '../src/clock.ts'

interface Timer {
  dueMs: number
  delayMs: number
  callback: () => void
}

/** A clock that stands still until it is moved on. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>()
  #nowMs = 0

  now(): Date {
    return new Date(1_700_000_000_000 + this.#nowMs)
  }

  elapsedMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, delayMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How long each that waits was to wait. */
  get delaysMs(): number[] {
    return [...this.#timers].map(({ delayMs }) => delayMs)
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const timer of this.#timers) {
      if (timer.dueMs > this.#nowMs) continue
      this.#timers.delete(timer)
      timer.callback()
    }
  }
}
