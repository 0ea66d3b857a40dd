import type { RunRecord } from '../run/record.ts'

/** A record with what was found in it: what `--json` prints and `--json-file` writes. */
export interface Report extends RunRecord {
  readonly schema: 'proctor/run@1'
  readonly findings: readonly never[]
}

export function toReport(record: RunRecord): Report {
  return { schema: 'proctor/run@1', ...record, findings: [] }
}

export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
