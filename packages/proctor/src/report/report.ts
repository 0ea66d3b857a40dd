import type { Finding } from '../analysis/finding.ts'
import type { RunRecord } from '../run/record.ts'

/** A record with what was found in it: what `--json` prints and `--json-file` writes. */
export interface Report extends RunRecord {
  readonly schema: 'proctor/run@1'
  readonly findings: readonly Finding[]
}

export function toReport(record: RunRecord, findings: readonly Finding[]): Report {
  return { schema: 'proctor/run@1', ...record, findings }
}

export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
