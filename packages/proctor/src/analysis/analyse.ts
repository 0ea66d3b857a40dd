import type { RunRecord } from '../run/record.ts'
import { explain } from './explain.ts'
import type { Finding } from './finding.ts'
import { rate } from './observations/rate.ts'

/** What a run says: why requests failed, the most of them first, then what else there is to know. Pure. */
export function analyse(record: RunRecord): Finding[] {
  return [...explain(record), ...rate(record)]
}
