/** Time as a parameter, so that tests can hold it still. */
export interface Clock {
  /** The instant it is, as on the wall. */
  now(): Date
  /** Milliseconds since an arbitrary start; never goes back. */
  elapsedMs(): number
  /** Calls back once, after this many milliseconds. Returns its undoing. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
