import type { HistoryRecord } from '../students/history-record.ts'
import { instantOf } from './instant.ts'

export const historyColumns = 'version, action, at, principal, request_id, changes'

/** SQLite has the changes as text; `pg` gives jsonb parsed. */
export function toRecord(row: Readonly<Record<string, unknown>>): HistoryRecord {
  const { request_id: requestId, changes } = row
  return {
    version: Number(row['version']),
    action: String(row['action']) as HistoryRecord['action'],
    at: instantOf(row['at']),
    principal: String(row['principal']),
    ...(typeof requestId === 'string' && { requestId }),
    changes: typeof changes === 'string' ? JSON.parse(changes) : (changes as HistoryRecord['changes']),
  }
}
