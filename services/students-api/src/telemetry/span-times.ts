/** Whole seconds since 1970, and nanoseconds. */
export type InstantParts = [seconds: number, nanoseconds: number]

/** Milliseconds since 1970 in the parts that the encoder takes. */
export function partsOf(epochMs: number): InstantParts {
  const seconds = Math.floor(epochMs / 1000)
  const nanoseconds = Math.round((epochMs - seconds * 1000) * 1e6)
  return nanoseconds < 1e9 ? [seconds, nanoseconds] : [seconds + 1, 0]
}
