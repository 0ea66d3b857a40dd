import type { RunRecord } from '../run/record.ts'
import type { Finding } from './finding.ts'
import { rate } from './observations/rate.ts'
import { unexplained } from './unexplained.ts'

/** What a run says: why requests failed, the most of them first, then what else there is to know. Pure. */
export function analyse(record: RunRecord): Finding[] {
  return [...unexplained(record), ...rate(record)]
}
