import type { SpreadRecord } from '../../evidence/case-file.ts'
import type { Failing } from '../failing.ts'
import { shareFrom } from './spreads.ts'

const LONG_MS = 50
/** So far apart lie the times of what is given up after a fixed time. */
const FIXED = 1.6
const SELDOM = 0.1

/** How long failing requests waited for something inside of the service that then gave up. */
export interface Wait {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * All that failed took nearly the same, and long, and hardly any that passed took so long: a timeout inside of the service.
 * `undefined` where it is not so.
 */
export function fixedWait(failing: Failing): Wait | undefined {
  const { failing: times, passing } = failing.measure('durationMs')
  const [fromMs, toMs] = [times.min ?? 0, usualMost(failing, times)]
  if (fromMs < LONG_MS || toMs > FIXED * fromMs) return undefined
  const isRare = shareFrom(fromMs, passing) < SELDOM || fromMs > (passing.max ?? 0)
  return isRare ? { fromMs, toMs } : undefined
}

/** The largest, or, where that is an outlier, the largest of those that were kept by chance. */
function usualMost({ exemplars }: Failing, { min, max }: SpreadRecord): number {
  const byChance = exemplars.filter(({ chosen }) => chosen === 'by chance')
  const most = byChance.reduce((largest, { durationMs }) => Math.max(largest, durationMs), min ?? 0)
  return byChance.length < 4 ? (max ?? 0) : most
}
