/** CPU per request as a multiple of the baseline's: what is aimed at, and what is still accepted. */
export const limits = { aim: 1.25, accepted: 1.6 } as const

export type Verdict = 'aim met' | 'accepted' | 'over the limit'

export function verdictOf(ratio: number): Verdict {
  if (ratio <= limits.aim) return 'aim met'
  return ratio <= limits.accepted ? 'accepted' : 'over the limit'
}

export function verdictLine(ratio: number): string {
  const { aim, accepted } = limits
  return `ratio ${ratio.toFixed(2)} (aim ≤ ${aim.toFixed(2)}, accepted ≤ ${accepted.toFixed(2)}): ${verdictOf(ratio)}`
}
