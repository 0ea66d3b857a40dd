/** Time as a parameter, so that tests can hold it still. */
export interface Clock {
  /** The instant it is, as on the wall. */
  now(): Date
  /** Milliseconds since an arbitrary start; never goes back. */
  elapsedMs(): number
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
}
