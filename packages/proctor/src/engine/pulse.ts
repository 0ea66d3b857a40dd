import { Histogram } from '../stats/histogram.ts'
import type { Stopwatch } from './stopwatch.ts'

const EVERY_MS = 10

/**
 * Something to do each 10 ms, to see how late the event loop comes to it. Like the arrivals of an open load, each beat
 * is due whatever became of the one before: a loop that is blocked for 50 ms is late for five.
 */
export class Pulse {
  readonly #stopwatch: Stopwatch
  readonly #late = new Histogram()
  #dueMs = 0

  constructor(stopwatch: Stopwatch) {
    this.#stopwatch = stopwatch
  }

  start(): void {
    this.#dueMs = this.#stopwatch.elapsedMs + EVERY_MS
    this.#await()
  }

  /** 99 of 100 beats since this was asked last were no later, in milliseconds. */
  takeDelayP99Ms(): number {
    this.#beat()
    const p99 = this.#late.percentileMs(0.99) ?? 0
    this.#late.clear()
    return p99
  }

  #await(): void {
    this.#stopwatch.at(this.#dueMs, () => {
      this.#beat()
      this.#await()
    })
  }

  #beat(): void {
    const { elapsedMs } = this.#stopwatch
    for (; this.#dueMs <= elapsedMs; this.#dueMs += EVERY_MS) this.#late.record(elapsedMs - this.#dueMs)
  }
}
