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
  // Of rare repeats the number is Poisson's; of frequent ones it varies less, and the interval is then too wide by a little.
  const reach = Z * Math.sqrt(repeats + 1)
  return {
    best: valuesFor(draws, repeats),
    low: valuesFor(draws, Math.min(draws * 0.99, repeats + 2 + reach)),
    high: valuesFor(draws, Math.max(0.05, repeats + 1 - reach)),
  }
}

const Z = 1.96

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
