export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function variance(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1)
}

/** The middle one, of an even number the upper of both; `undefined` of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/**
 * How likely a variance so many times the true one, or less, is by chance; 0.5 where it is no less. Source: the series of the incomplete gamma function,
 * Abramowitz and Stegun 6.5.29.
 */
export function chiSquaredBelow(ratio: number, freedom: number): number {
  if (ratio >= 1) return 0.5
  const [a, x] = [freedom / 2, (ratio * freedom) / 2]
  if (x <= 0) return 0
  let [term, sum] = [1, 1]
  for (let n = 1; term > 1e-12 * sum; n++) {
    term *= x / (a + n)
    sum += term
  }
  return Math.exp(a * Math.log(x) - x - logGammaOf(a + 1)) * sum
}

/** Of a whole or half number. */
function logGammaOf(of: number): number {
  const steps = Math.ceil(of) - 1
  const first = of - steps
  const rest = Array.from({ length: steps }, (_, i) => Math.log(first + i)).reduce((sum, log) => sum + log, 0)
  return first === 1 ? rest : rest + Math.log(Math.PI) / 2
}
