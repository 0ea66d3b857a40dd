/** Where a handful of figures lie. Quartiles interpolate linearly (Hyndman and Fan 1996, type 7). */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly lowerQuartile: number
  readonly upperQuartile: number
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values have no spread')
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
  }
}

/** The ratio within each pair. A machine that slows between pairs slows both halves of one, so the ratio holds. */
export function pairwiseRatios(baseline: readonly number[], other: readonly number[]): number[] {
  if (baseline.length !== other.length) {
    throw new RangeError(`${baseline.length} figures cannot be paired with ${other.length}`)
  }
  return other.map((value, pair) => value / at(baseline, pair))
}

function quantile(sorted: readonly number[], fraction: number): number {
  const position = fraction * (sorted.length - 1)
  const below = at(sorted, Math.floor(position))
  const above = at(sorted, Math.ceil(position))
  return below + (above - below) * (position - Math.floor(position))
}

function at(values: readonly number[], index: number): number {
  const value = values[index]
  if (value === undefined) throw new RangeError(`no value at ${index} of ${values.length}`)
  return value
}
