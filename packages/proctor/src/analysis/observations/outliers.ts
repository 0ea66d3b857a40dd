import type { RunRecord } from '../../run/record.ts'
import { badInstance, badRow, badUser } from '../explanations/values.ts'
import { forAWhile } from '../explanations/time.ts'
import { invalidInput, payloadLimit } from '../explanations/bad-input.ts'
import { Failing } from '../failing.ts'
import type { Finding } from '../finding.ts'
import { duration, grouped, requestWords } from '../words.ts'

/** What requests may have in common that took several times as long as is usual. */
const PROPERTIES = [badInstance, badRow, badUser, payloadLimit, invalidInput, forAWhile]
const LEAST = 0.5
const LEAST_COUNT = 5

/** Requests that passed, but slowly, and what they have in common. */
export function outliers(record: RunRecord): Finding[] {
  return record.evidence.flatMap((evidence) => {
    const cohort = evidence.cohorts.find(({ outcome }) => outcome === 'slow')
    if (cohort === undefined || cohort.count < LEAST_COUNT) return []
    const slow = new Failing(record, evidence, cohort)
    const claims = PROPERTIES.flatMap((property) => {
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
          `${grouped(slow.count)} of ${grouped(slow.of)} ${requestWords(slow)} took five times the usual or more: ${best.cause}.`
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
