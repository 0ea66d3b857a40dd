import type { RunRecord } from '../run/record.ts'
import type { Finding } from './finding.ts'
import { requestWords } from './words.ts'

/** Failures that nothing explains are said to be so, a finding for each signature. */
export function unexplained(record: RunRecord): Finding[] {
  return record.failures.map((failure) => {
    const { method, name, signature, count } = failure
    const request = record.requests.find((each) => each.method === method && each.name === name)
    const of = request === undefined ? '' : ` of ${request.count}`
    return {
      id: 'unexplained',
      severity: 'failure',
      title: `${count}${of} ${requestWords(failure)} failed with ${signature}: nothing in this run explains it.`,
      explains: { failures: 0, of: record.total.failures },
      certainty: 'possible',
      evidence: [],
      rivals: [],
      recommendation:
        'Read the failing request that --json-file keeps whole, and the service’s log of its trace id.',
    }
  })
}
