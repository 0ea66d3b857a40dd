import type { RunRecord } from '../run/record.ts'
import { explain } from './explain.ts'
import type { Finding } from './finding.ts'
import { growth } from './observations/growth.ts'
import { nearMiss } from './observations/near-miss.ts'
import { outliers } from './observations/outliers.ts'
import { rate } from './observations/rate.ts'
import { samples } from './observations/samples.ts'
import { trend } from './observations/trend.ts'

/** What there is to know of a run beside why requests failed, in the order of what it would change. */
const OBSERVATIONS = [rate, outliers, growth, trend, nearMiss, samples]

/** What a run says: why requests failed, the most of them first, then what else there is to know. Pure. */
export function analyse(record: RunRecord): Finding[] {
  // The figures of a void run are the generator's, not the service's.
  const isVoid = record.generator.verdict === 'void'
  const observed = isVoid ? [] : OBSERVATIONS.flatMap((observe) => observe(record))
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
