/** How many of a class there are, beside the others. */
export interface MixShare {
  readonly name: string
  readonly weight: number
  readonly fixedCount: number
}

/**
 * The class of each user in the order in which users start: the fixed counts first, then the class that lags most
 * behind its weight, so that the mix is right at any number of users. A class of fixed count has no part by weight;
 * where there are only such, the sequence ends.
 *
 * ```ts
 * const mix = mixUsers([{ name: 'reader', weight: 2, fixedCount: 0 }, { name: 'writer', weight: 1, fixedCount: 0 }])
 * mix.take(3).toArray() // ['reader', 'writer', 'reader']
 * ```
 */
export function* mixUsers(shares: readonly MixShare[]): Generator<string, void, undefined> {
  for (const { name, fixedCount } of shares) for (let i = 0; i < fixedCount; i++) yield name
  const weighted = shares
    .filter(({ fixedCount }) => fixedCount === 0)
    .map((share) => ({ ...share, started: 0 }))
  while (weighted.length > 0) {
    // The next user of a class is due at (started + ½) / weight: half-way through its stretch of the sequence.
    const next = weighted.reduce((a, b) =>
      (b.started + 0.5) / b.weight < (a.started + 0.5) / a.weight ? b : a,
    )
    next.started += 1
    yield next.name
  }
}
