import { readFileSync } from 'node:fs'
import { expectedOf } from '../threshold/metric-figure.ts'
import { MOST_CONDITIONS, parseThresholds } from '../threshold/parse-thresholds.ts'
import type { Threshold } from '../threshold/threshold.ts'
import { ThresholdError } from '../threshold/threshold-error.ts'
import { describe } from './expectations.ts'
import { declaredMetrics } from './metric.ts'
import { ScenarioError } from './scenario-error.ts'

/** What a scenario exports as `thresholds`; none where it exports nothing of that name. */
export function exportedThresholds(exported: unknown, file: string): Threshold[] {
  if (exported === undefined) return []
  if (!Array.isArray(exported)) throw misshapen(exported, file)
  const thresholds = exported.flatMap((condition: unknown) => {
    if (typeof condition !== 'string') throw misshapen(condition, file)
    return parsed(condition, file)
  })
  if (thresholds.length <= MOST_CONDITIONS) return thresholds
  throw new ScenarioError(`expected at most ${MOST_CONDITIONS} thresholds; got ${thresholds.length}`, file)
}

/** Throws a `ScenarioError` where a threshold is of a metric that the scenario does not declare, or of a figure that it has not. */
export function checkMetrics(thresholds: readonly Threshold[], file: string): void {
  const known = declaredMetrics()
  for (const { expression, figure } of thresholds) {
    if (figure.kind !== 'metric') continue
    const kind = known.get(figure.metric)
    const place = placeOf(expression, file)
    if (kind === undefined) throw unknownMetric(figure.metric, [...known.keys()], place)
    const expected = expectedOf(kind, figure.statistic)
    if (expected === undefined) continue
    throw new ScenarioError(
      `expected of the ${kind} ${figure.metric} one of ${expected}; got ${expression}`,
      place,
    )
  }
}

function unknownMetric(name: string, known: readonly string[], place: string): ScenarioError {
  const there = known.length === 0 ? 'it declares none' : `it declares ${known.join(', ')}`
  return new ScenarioError(`expected a threshold of a metric of this scenario (${there}); got ${name}`, place)
}

function misshapen(got: unknown, file: string): ScenarioError {
  const expected = `expected thresholds to be conditions, such as export const thresholds = ['p99<200ms']`
  return new ScenarioError(`${expected}; got ${describe(got)}`, file)
}

function parsed(condition: string, file: string): Threshold[] {
  try {
    return parseThresholds(condition)
  } catch (error) {
    if (!(error instanceof ThresholdError)) throw error
    throw new ScenarioError(`thresholds: ${error.message}`, placeOf(condition, file))
  }
}

/** A string knows no place: it is looked up. */
function placeOf(condition: string, file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n')
  const line = lines.findIndex((text) => condition !== '' && text.includes(condition))
  return line === -1 ? file : `${file}:${line + 1}`
}
