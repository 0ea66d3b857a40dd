import type { Clock } from '../../src/clock/clock.ts'

/** A clock that a test turns by hand. */
export class FakeClock implements Clock {
  #now = 0
  readonly #timers = new Map<object, { at: number; callback: () => void }>()

  now(): number {
    return this.#now
  }

  wallTime(reading: number): number {
    return reading
  }

  after(delayMs: number, callback: () => void): () => void {
    const key = {}
    this.#timers.set(key, { at: this.#now + delayMs, callback })
    return () => void this.#timers.delete(key)
  }

  /** A turn of the loop takes 0.1 ms. */
  nextTurn(callback: () => void): () => void {
    return this.after(0.1, callback)
  }

  /** Goes on to `now + ms`, timer by timer; what each one wakes runs before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      const [key, { at, callback }] = next
      this.#timers.delete(key)
      this.#now = Math.max(this.#now, at)
      callback()
      await settled()
    }
    this.#now = end
  }

  /** Time passes in which nothing can happen. */
  block(ms: number): void {
    this.#now += ms
  }

  #next(end: number): [object, { at: number; callback: () => void }] | undefined {
    return [...this.#timers].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0]
  }
}

/** All microtasks have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
