import type { RunRecord } from '../run/record.ts'
import { explain } from './explain.ts'
import type { Finding } from './finding.ts'
import { growth } from './observations/growth.ts'
import { nearMiss } from './observations/near-miss.ts'
import { outliers } from './observations/outliers.ts'
import { rate } from './observations/rate.ts'
import { samples } from './observations/samples.ts'
import { serverTime } from './observations/server-time.ts'
import { thrown } from './observations/thrown.ts'
import { trend } from './observations/trend.ts'

interface Observing {
  readonly observe: (this: void, record: RunRecord) => Finding[]
  readonly restsOn: 'times' | 'counts'
  /** Only these of the generator's signals make it doubtful; any, where nothing is said. */
  readonly doubtedBy?: ReadonlySet<string>
}

/**
 * What set the rate is a matter of large shares of the users' time: a host that takes 3 % of it now and then moves none of them past a
 * limit, nor do requests that failed for want of a port. A generator that is busy or late does: its own delays look like the service's.
 */
const LATENESS = new Set([
  'eventLoopUtilization',
  'loopDelayP99Ms',
  'gcShare',
  'coreWaitShare',
  'slipP99Ms',
  'shortfallShare',
])

/** What there is to know of a run beside why requests failed, in the order of what it would change, and what it rests on. */
const OBSERVATIONS: readonly Observing[] = [
  { observe: thrown, restsOn: 'counts' },
  { observe: rate, restsOn: 'times', doubtedBy: LATENESS },
  { observe: serverTime, restsOn: 'times' },
  { observe: outliers, restsOn: 'times' },
  { observe: growth, restsOn: 'counts' },
  { observe: trend, restsOn: 'times' },
  { observe: nearMiss, restsOn: 'times' },
  { observe: samples, restsOn: 'counts' },
]

/** What a run says: why requests failed, the most of them first, then what else there is to know. Pure. */
export function analyse(record: RunRecord): Finding[] {
  const { verdict, signals } = record.generator
  const observed = OBSERVATIONS.flatMap(({ observe, restsOn, doubtedBy }) => {
    // The times of a void run are the generator's, not the service's; its sizes and counts are what they are.
    if (verdict === 'void' && restsOn === 'times') return []
    const isTouched =
      doubtedBy === undefined ||
      signals.some((each) => each.verdict !== 'valid' && doubtedBy.has(each.signal))
    const isDoubtful = verdict === 'suspect' && restsOn === 'times' && isTouched
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
