import { performance } from 'node:perf_hooks'

/**
 * Time as a parameter: whatever reads the time or waits takes a `Clock`, so that a test can turn it by hand.
 * All times are milliseconds.
 */
export interface Clock {
  /** Monotonic reading with sub-microsecond resolution; its origin means nothing. */
  now(): number
  /** The wall time, since the Unix epoch, at which `now()` reads `reading`. */
  wallTime(reading: number): number
  /** Calls `callback` once, `delayMs` from now; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void
  /** Calls `callback` once, when the event loop has gone round once; the answer cancels it. */
  nextTurn(callback: () => void): () => void
}

/** A timer set further ahead than this (24.8 days) would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * The machine's own clock. Its timers are late by about a millisecond; `now` is exact. The global `performance` is a getter,
 * which would cost more than the reading; hence the import.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: (reading) => performance.timeOrigin + reading,
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  },
  nextTurn(callback) {
    const immediate = setImmediate(callback)
    return () => clearImmediate(immediate)
  },
}
