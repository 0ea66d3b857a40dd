/** How many of `draws` from `values` equally likely values come out that came before. */
export function expectedRepeats(draws: number, values: number): number {
  return draws + values * Math.expm1(draws * Math.log1p(-1 / values))
}

/** How many values there are to draw from, by the number of repeats; a 95 % interval. */
export interface Range {
  readonly best: number
  readonly low: number
  readonly high: number
}

/** `undefined` where there are too few repeats to say anything, or hardly anything else. */
export function rangeOf(draws: number, repeats: number): Range | undefined {
  if (repeats < 3 || repeats > 0.98 * draws) return undefined
  const best = valuesFor(draws, repeats)
  const reach = Z * Math.sqrt(dispersion(draws, best))
  return {
    best,
    low: valuesFor(draws, Math.min(draws * 0.99, boundOf(repeats + 1, reach))),
    high: valuesFor(draws, boundOf(repeats, -reach)),
  }
}

const Z = 1.96

/**
 * The bound of a Poisson mean so many standard deviations from a count. Source: the exact interval (Garwood, 1936), by the
 * cube root of chi-squared (Wilson and Hilferty, 1931).
 */
function boundOf(count: number, deviations: number): number {
  return count * (1 - 1 / (9 * count) + deviations / (3 * Math.sqrt(count))) ** 3
}

/** Variance of the number of repeats by its mean: 1 where they are rare, as Poisson's; less where they are frequent. */
function dispersion(draws: number, values: number): number {
  const each = draws / values
  const empty = Math.exp(-each)
  return Math.min(1, (values * empty * (1 - (1 + each) * empty)) / expectedRepeats(draws, values))
}

/** The number of values of which so many repeats are to be expected: by bisection, since more values give fewer repeats. */
function valuesFor(draws: number, repeats: number): number {
  let [low, high] = [1, draws * draws * 20]
  for (let i = 0; i < 100; i++) {
    const middle = Math.sqrt(low * high)
    if (expectedRepeats(draws, middle) > repeats) low = middle
    else high = middle
  }
  return Math.round(high)
}
