import type { FailureExample } from '../evidence/failure.ts'
import { commandLine } from '../report/command-line.ts'
import type { Report } from '../report/report.ts'
import type { FailureRecord } from '../run/record.ts'
import { encodeFailure, encodeSecond, keptOf, rowOf } from './encode.ts'
import type { RunHead, RunState, Tick } from './wire.ts'

/** A run that is over, as one tick: what the page would know had it listened from the start, but for the seconds of names. */
export function tickOf(report: Report, state: RunState, error: string | null = null): Tick {
  const { requests, total, exceptions, transactions, metrics, thresholds, generator, findings } = report
  const failuresOf = failuresBySecond(report.failures)
  return {
    run: headOf(report, state, error),
    rows: requests.map((request, index) => {
      const { method, name } = request
      return { index, method, name, ...rowOf(request) }
    }),
    all: rowOf(total),
    seconds: report.timeline.map((second) => encodeSecond(second, failuresOf.get(second.second) ?? [])),
    failures: report.failures.map((failure, index) => {
      const example = failure.example && clipped(failure.example)
      return { ...encodeFailure(failure, index), example, kept: keptOf(report.exemplars, failure) }
    }),
    exceptions,
    transactions,
    metrics,
    thresholds,
    soundness: generator,
    workers: [],
    findings,
    log: [],
  }
}

function headOf(report: Report, state: RunState, error: string | null): RunHead {
  const {
    runId,
    startedAt,
    host,
    scenario,
    seed,
    load,
    durationSeconds,
    steering,
    resets = [],
    total,
  } = report
  const { scheduled, missed, interrupted } = total
  return {
    id: runId,
    runId,
    state,
    startedAt,
    host,
    scenario,
    seed,
    load,
    durationSeconds,
    users: [],
    steering,
    resets,
    countedFromSeconds: 0,
    scheduled,
    missed,
    interrupted,
    error,
    command: commandLine(report),
  }
}

/** For each second the pairs of a failure's place and its count. */
function failuresBySecond(failures: readonly FailureRecord[]): Map<number, number[]> {
  const bySecond = new Map<number, number[]>()
  for (const [index, { seconds }] of failures.entries()) {
    for (const [second, count] of seconds) {
      bySecond.set(second, [...(bySecond.get(second) ?? []), index, count])
    }
  }
  return bySecond
}

/** Of a body as much as a person reads; the JSON report has more. */
const MOST_CHARACTERS = 4_000

function clipped(example: FailureExample): FailureExample {
  return clippedTo(example, MOST_CHARACTERS)
}

/** Its bodies up to so many characters, which is said behind those that had more. */
export function clippedTo({ request, response, ...rest }: FailureExample, most: number): FailureExample {
  return { ...rest, request: clip(request, most), response: response && clip(response, most) }
}

function clip<T extends { body: string }>(of: T, most: number): T {
  const { body } = of
  return body.length <= most
    ? of
    : { ...of, body: `${body.slice(0, most)}… (cut here; the JSON report has more)` }
}
