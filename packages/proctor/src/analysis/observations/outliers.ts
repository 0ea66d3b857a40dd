import type { RunRecord } from '../../run/record.ts'
import { databaseMs } from '../database-time.ts'
import type { Explanation } from '../explanation.ts'
import { badInstance } from '../explanations/bad-instance.ts'
import { badRow, badUser } from '../explanations/values.ts'
import { forAWhile } from '../explanations/time.ts'
import { invalidInput } from '../explanations/bad-input.ts'
import { payloadLimit } from '../explanations/payload-limit.ts'
import { Failing } from '../failing.ts'
import type { Finding } from '../finding.ts'
import { wholeSeriesOf } from './series.ts'
import { isRaised } from './slow-stretch.ts'
import { duration, grouped, number, requestWords } from '../words.ts'

/** Those kept spent their time in the database, and those that were not slow hardly any there. */
const slowDatabase: Explanation = {
  id: 'dependency',
  claim(slow) {
    const share = slow.databaseShare
    const usual = slow.passingExemplars.flatMap((exemplar) => databaseMs(exemplar) ?? [])
    const least = slow.measure('durationMs').failing.min ?? 0
    if (share < 0.6 || usual.some((ms) => ms > 0.5 * least)) return undefined
    return {
      score: 0.8,
      cause: `they waited for the database (${number(100 * share)} % of the time of those that were kept, by Server-Timing)`,
      evidence: [],
      recommendation: '',
    }
  },
}

/** What requests may have in common that took several times as long as is usual. */
const PROPERTIES = [slowDatabase, badInstance, badRow, badUser, payloadLimit, invalidInput, forAWhile]
const LEAST = 0.5
const LEAST_COUNT = 5

/** Requests that passed, but slowly, and what they have in common. */
export function outliers(record: RunRecord): Finding[] {
  return record.evidence.flatMap((evidence) => {
    const cohort = evidence.cohorts.find(({ outcome }) => outcome === 'slow')
    if (cohort === undefined || cohort.count < LEAST_COUNT) return []
    const slow = new Failing(record, evidence, cohort)
    // What is slow is so beside the seconds before it: where these rise, how many there were, and when, is not what is counted.
    const properties = isRaised(wholeSeriesOf(record, evidence))
      ? PROPERTIES.filter(({ tells }) => tells !== 'when')
      : PROPERTIES
    const claims = properties.flatMap((property) => {
      const claim = property.claim(slow)
      return claim === undefined || claim.score < LEAST ? [] : [claim]
    })
    const best = claims.toSorted((a, b) => b.score - a.score)[0]
    if (best === undefined) return []
    const { min, max } = cohort.measures.durationMs
    return [
      {
        id: 'outliers',
        severity: 'warning',
        title:
          `${grouped(slow.count)} of ${grouped(slow.of)} ${requestWords(slow)} took five times as long as was usual just before, or longer: ${best.cause}.`
            .replace('failing', 'slow')
            .replace('passing', 'others'),
        certainty: best.score > 0.85 ? 'certain' : 'likely',
        evidence: [`From ${duration(min ?? 0)} to ${duration(max ?? 0)}.`],
        rivals: [],
        recommendation: 'Trace one of them in the service: the slowest are kept whole in the report.',
      },
    ]
  })
}
