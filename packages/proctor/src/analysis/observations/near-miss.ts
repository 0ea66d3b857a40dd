import type { RunRecord } from '../../run/record.ts'
import type { Finding } from '../finding.ts'
import { number, share } from '../words.ts'

const NEAR = 0.1

/** Thresholds that held by little: the next run may miss them, with nothing changed. */
export function nearMiss({ thresholds }: RunRecord): Finding[] {
  const near = thresholds.filter((threshold) => threshold.state === 'held' && isNear(threshold))
  if (near.length === 0) return []
  const words = near.map(
    ({ expression, value, unit }) =>
      `${expression}: ${number(value!)}${unit === '/s' || unit === '' ? unit : ` ${unit}`}`,
  )
  return [
    {
      id: 'nearly-missed',
      severity: 'warning',
      title: `${near.length === 1 ? 'A threshold' : `${near.length} thresholds`} held by less than ${share(NEAR, 1)}: ${words[0]}.`,
      certainty: 'certain',
      evidence: words.slice(1),
      rivals: [],
      recommendation: 'Repeat the run to see how much it varies before you rely on it.',
    },
  ]
}

/** Of a share that has to be large, such as 99 %, what is left of the whole counts. */
function isNear({ value, limit, unit, operator }: RunRecord['thresholds'][number]): boolean {
  if (value === null) return false
  const from = unit === '%' && operator.startsWith('>') ? 100 : 0
  return limit !== from && Math.abs(value - limit) <= NEAR * Math.abs(limit - from)
}
