import type { CohortRecord, RequestEvidence } from '../evidence/case-file.ts'
import { type Measure, MEASURES } from '../evidence/cohort.ts'
import { Runs } from '../evidence/pass-runs.ts'
import { Turns } from '../evidence/turns.ts'
import { TimeCounts } from '../evidence/time-counts.ts'
import type { RunRecord } from '../run/record.ts'
import { Failing, joined } from './failing.ts'

/**
 * Failures of several names that look the same, as if they were of one: what all names share, such as a limit, a moment, or a
 * connection that is new, shows in their sum, where each name alone has too few. Fields are each name's own, and left out.
 * `undefined` where there is one name only.
 */
export function together(record: RunRecord, signature: string): Failing | undefined {
  const evidences = record.evidence.filter(({ cohorts }) =>
    cohorts.some((each) => each.signature === signature),
  )
  if (evidences.length < 2) return undefined
  const cohorts = evidences.flatMap((evidence) => evidence.cohorts)
  const [passed, others] = [
    cohorts.filter(({ outcome }) => outcome !== 'failed'),
    cohorts.filter((each) => each.outcome === 'failed' && each.signature !== signature),
  ]
  const failed = sumOf(
    cohorts.filter((each) => each.signature === signature),
    { outcome: 'failed', signature },
  )
  const all: RequestEvidence = {
    method: '',
    name: '',
    cohorts: [sumOf(passed, { outcome: 'passed', signature: null }), failed, ...others],
  }
  return new Failing(record, all, failed, evidences)
}

function sumOf(
  cohorts: readonly CohortRecord[],
  of: Pick<CohortRecord, 'outcome' | 'signature'>,
): CohortRecord {
  const [times, runs, turns] = [new TimeCounts(), new Runs(), new Turns()]
  for (const cohort of cohorts) {
    const { stepMs, counts } = cohort.times
    for (const [step, count] of counts) times.add((step * stepMs) / 100, count)
    if (cohort.runs !== undefined) runs.merge(cohort.runs)
    if (cohort.turns !== undefined) turns.merge(cohort.turns)
  }
  const measures = MEASURES.map((measure) => {
    return [measure, joined(cohorts.map((cohort) => cohort.measures[measure] ?? joined([])))] as const
  })
  const [allRuns, allTurns] = [runs.toWire(), turns.toWire()]
  return {
    ...of,
    count: cohorts.reduce((sum, { count }) => sum + count, 0),
    times: times.toRecord(),
    measures: Object.fromEntries(measures) as Record<Measure, CohortRecord['measures'][Measure]>,
    fields: [],
    ...(allRuns === undefined ? {} : { runs: allRuns }),
    ...(allTurns === undefined ? {} : { turns: allTurns }),
  }
}
