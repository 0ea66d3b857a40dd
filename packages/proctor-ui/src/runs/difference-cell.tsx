import type { Compared, Side } from './difference.ts'

export interface DifferenceCellProps {
  readonly compared: Compared
  readonly base: Side
  readonly later: Side
  /** Whether worse and better are told apart. */
  readonly isJudged: boolean
}

/** By how much a figure changed, and whether that is for the worse. */
export function DifferenceCell({ compared, base, later, isJudged }: DifferenceCellProps) {
  const worse = isJudged ? compared.isWorse(base, later) : 0
  const change = compared.change(base, later)
  if (worse === 0) return <>{change}</>
  return (
    <span class={worse > 0 ? 'bad' : 'good'}>
      {change} <span class="sr">({worse > 0 ? 'worse' : 'better'})</span>
    </span>
  )
}
