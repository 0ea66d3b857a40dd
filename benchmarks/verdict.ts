import type { Limits } from './load-case.ts'

export type Verdict = 'aim met' | 'accepted' | 'over the limit'

export function verdictOf(ratio: number, { aim, accepted }: Limits): Verdict {
  if (ratio <= aim) return 'aim met'
  return ratio <= accepted ? 'accepted' : 'over the limit'
}

export function verdictLine(title: string, ratio: number, limits: Limits): string {
  const { aim, accepted } = limits
  const asked = `aim ≤ ${aim.toFixed(2)}, accepted ≤ ${accepted.toFixed(2)}`
  return `${title}: proctor ${ratio.toFixed(2)} × wrk (${asked}): ${verdictOf(ratio, limits)}`
}
