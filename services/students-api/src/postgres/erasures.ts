import { erasureEntry, tombstoneOf, type HistoryEntry } from '../students/history-record.ts'
import type { Erasure, Holdings } from '../students/student-store.ts'
import type { WriteContext } from '../students/write-context.ts'
import type { Connection } from './connection-pool.ts'
import type { Recorded } from './recorded.ts'
import { answersOfStudent, eraseFromKeys } from './idempotency-keys.ts'
import { eraseValues, lastEntry, lockHistory } from './student-history.ts'
import { deleteStudent, lockStudent } from './student-table.ts'

export interface EraseWrite {
  kind: 'erase'
  id: number
  context: WriteContext
}

/**
 * Used inside a transaction, which is to enter the record.
 * @param pending What the transaction is to enter already, in its order: the table doesn't have it yet.
 */
export async function eraseOne(
  connection: Connection,
  { id, context }: EraseWrite,
  now: Date,
  pending: readonly HistoryEntry[],
): Promise<Recorded<Erasure>> {
  const latest = pending.findLast(({ studentId }) => studentId === id)
  if (latest?.action === 'erased')
    return done({ state: 'erased', tombstone: tombstoneOf(latest), repeated: true })
  const student = await lockStudent(connection, id)
  await lockHistory(connection, id)
  const last = latest ?? (await lastEntry(connection, id))
  if (last?.action === 'erased')
    return done({ state: 'erased', tombstone: tombstoneOf(last), repeated: true })
  const end = student ?? (last && { id, version: last.version })
  if (!end) return done({ state: 'absent' })
  await deleteStudent(connection, id)
  await eraseFromKeys(connection, id)
  await eraseValues(connection, id)
  const entry = erasureEntry(end, { context, now })
  return done({ state: 'erased', tombstone: tombstoneOf(entry), repeated: false }, entry)
}

function done(outcome: Erasure, ...entries: HistoryEntry[]): Recorded<Erasure> {
  return { outcome, entries }
}

/** As `eraseValues` does, of records that are yet to be entered, an erasure among them. */
export function withoutErased(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const erased = new Set(entries.flatMap(({ action, studentId }) => (action === 'erased' ? [studentId] : [])))
  return erased.size === 0
    ? entries
    : entries.map((entry) => (erased.has(entry.studentId) ? { ...entry, changes: emptied(entry) } : entry))
}

function emptied({ changes }: HistoryEntry): HistoryEntry['changes'] {
  return Object.fromEntries(Object.keys(changes).map((field) => [field, {}]))
}

/** All that is kept on a student, but for the history up to there. Nothing where no student ever had the id. */
export async function readHoldings(connection: Connection, id: number): Promise<Holdings | undefined> {
  // Its locks hold the state still until all is read.
  const student = (await lockStudent(connection, id)) ?? null
  const last = await lastEntry(connection, id)
  if (!student && !last) return undefined
  const idempotencyKeys = await answersOfStudent(connection, id)
  return { student, idempotencyKeys, lastVersion: last?.version ?? 0 }
}
