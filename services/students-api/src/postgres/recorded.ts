import type { HistoryEntry } from '../students/history-record.ts'

/** What a write came to, with the records of what it changed, which its transaction is to enter. */
export interface Recorded<Outcome> {
  outcome: Outcome
  entries: readonly HistoryEntry[]
}
