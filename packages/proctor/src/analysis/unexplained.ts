import type { FailureRecord, RunRecord } from '../run/record.ts'
import type { Failing } from './failing.ts'
import type { Finding, Rival } from './finding.ts'
import { grouped, quoted, requestWords, shareWords, whatFailed } from './words.ts'

/** Failures that look the same, and that nothing in the requests explains. */
export interface Unexplained {
  /** Those that evidence was kept of. */
  readonly alike: readonly Failing[]
  /** Those that none was kept of: there were too many names or signatures, or it was not wanted. */
  readonly lost: readonly FailureRecord[]
  readonly rivals: readonly Rival[]
}

/** One finding for all names. */
export function unexplained(record: RunRecord, { alike, lost, rivals }: Unexplained): Finding {
  const failures = [...alike, ...lost]
  const [error, signature] = [alike[0]?.word.error, failures[0]!.signature]
  const why =
    error === undefined ? 'nothing in this run explains it' : `the service ran into ${quoted(error)}`
  const withCounts = failures.map(({ method, name, count }) => {
    return { words: requestWords({ method, name }), count, of: countOfAll(record, method, name) }
  })
  const told = alike.reduce((sum, { count }) => sum + count, 0)
  return {
    ...UNEXPLAINED,
    ...(error === undefined ? {} : SERVER_ERROR),
    title: `${whatFailed(withCounts)} failed with ${signature}: ${why}.`,
    explains: { failures: error === undefined ? 0 : told, of: record.total.failures },
    about: failures.map((failure) => failureKey(failure)),
    evidence: [...(alike[0]?.word.evidence ?? []), ...comparedWords(alike), ...lostWords(lost, told)],
    rivals,
  }
}

function comparedWords(alike: readonly Failing[]): string[] {
  if (alike.length === 0) return []
  if (alike.some(({ passed }) => passed > 0)) {
    return [
      'Time, user, instance, connection, size, requests in flight, and the fields sent: none tells failing from passing.',
      shareOfAll(alike),
    ]
  }
  const of = alike.length === 1 ? 'this name' : 'these names'
  return [`None of ${of} passed, so there is nothing to compare with.`]
}

/** What nothing tells apart fails at a rate, which is known no better than its interval. */
function shareOfAll(alike: readonly Failing[]): string {
  const count = alike.reduce((sum, failing) => sum + failing.count, 0)
  const of = alike.reduce((sum, failing) => sum + failing.of, 0)
  // Each of several names may have a share of its own.
  return `${shareWords(count, of)} of ${alike.length === 1 ? 'them failed so, whatever the request' : 'these requests failed so'}.`
}

function lostWords(lost: readonly FailureRecord[], told: number): string[] {
  if (lost.length === 0) return []
  const count = lost.reduce((sum, failure) => sum + failure.count, 0)
  const of = told === 0 ? 'these requests' : `${grouped(count)} of these ${grouped(told + count)} failures`
  return [`No evidence was kept of ${of}.`]
}

/** `undefined` where it stands for several names. */
function countOfAll({ requests }: RunRecord, method: string, name: string): number | undefined {
  return requests.find((each) => each.method === method && each.name === name)?.count
}

export function failureKey(failure: Pick<FailureRecord, 'method' | 'name' | 'signature'>): string {
  const { method, name, signature } = failure
  return `${method} ${name} ${signature}`
}

const UNEXPLAINED = {
  id: 'unexplained',
  severity: 'failure',
  certainty: 'possible',
  recommendation:
    'Read the failing requests that --json-file keeps whole, and the service’s log of their trace ids.',
} as const

/** The log says what happened, though nothing says to which requests. */
const SERVER_ERROR = {
  id: 'server-error',
  certainty: 'likely',
  recommendation:
    'Find that message in the service’s code: its log has the whole stack, under the trace ids of the requests that --json-file keeps.',
} as const
