import type { RunRecord } from '../run/record.ts'
import { explain } from './explain.ts'
import type { Finding } from './finding.ts'
import { growth } from './observations/growth.ts'
import { nearMiss } from './observations/near-miss.ts'
import { outliers } from './observations/outliers.ts'
import { rate } from './observations/rate.ts'
import { samples } from './observations/samples.ts'
import { serverTime } from './observations/server-time.ts'
import { trend } from './observations/trend.ts'

/** What there is to know of a run beside why requests failed, in the order of what it would change, and what it rests on. */
const OBSERVATIONS = [
  { observe: rate, restsOn: 'times' },
  { observe: serverTime, restsOn: 'times' },
  { observe: outliers, restsOn: 'times' },
  { observe: growth, restsOn: 'counts' },
  { observe: trend, restsOn: 'times' },
  { observe: nearMiss, restsOn: 'times' },
  { observe: samples, restsOn: 'counts' },
] as const

/** What a run says: why requests failed, the most of them first, then what else there is to know. Pure. */
export function analyse(record: RunRecord): Finding[] {
  const { verdict } = record.generator
  const observed = OBSERVATIONS.flatMap(({ observe, restsOn }) => {
    // The times of a void run are the generator's, not the service's; its sizes and counts are what they are.
    if (verdict === 'void' && restsOn === 'times') return []
    const isDoubtful = verdict === 'suspect' && restsOn === 'times'
    return observe(record).map((finding) => (isDoubtful ? doubted(finding) : finding))
  })
  const hasGrowth = new Set(
    observed.filter(({ id }) => id === 'growing-answer').map(({ title }) => title.split(' grows ')[0]),
  )
  // An answer that grows becomes slower: to say so twice says nothing more.
  const isSaid = ({ id, title }: Finding): boolean => {
    return (
      (id === 'drift' || id === 'step') &&
      [...hasGrowth].some((growing) => title.startsWith(growing!.replace('The answer of ', '')))
    )
  }
  return [...explain(record), ...observed.filter((finding) => !isSaid(finding))]
}

function doubted(finding: Finding): Finding {
  const { certainty, evidence } = finding
  return {
    ...finding,
    certainty: certainty === 'certain' ? 'likely' : certainty,
    evidence: [...evidence, 'The generator is suspect, so these times may be its own.'],
  }
}
