import { tombstoneOf, type HistoryEntry, type Tombstone } from '../students/history-record.ts'
import { historyColumns, toRecord } from '../store/history-row.ts'
import type { HistoryPage, HistoryRequest } from '../students/student-store.ts'
import type { Connection } from './connection-pool.ts'

/** `historyArrays` are its first parameters: of text where jsonb is meant, since arrays of that are not known everywhere. */
export const insertHistory = `
  INSERT INTO student_history (student_id, version, action, at, principal, request_id, changes)
  SELECT student_id, version, action, at, principal, request_id, changes::jsonb
  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
    AS new (student_id, version, action, at, principal, request_id, changes)`

const isKnown = `
  EXISTS (SELECT 1 FROM students WHERE id = $1) OR EXISTS (SELECT 1 FROM student_history WHERE student_id = $1)`

// One statement sees one state, so that nobody is missed who is removed between two.
const selectPage = `
  SELECT is_known, page.* FROM (SELECT ${isKnown} AS is_known) AS state
    LEFT JOIN (
      SELECT ${historyColumns} FROM student_history WHERE student_id = $1 AND version > $2 ORDER BY version LIMIT $3
    ) AS page ON true ORDER BY version`

const selectLast = `
  SELECT ${historyColumns} FROM student_history WHERE student_id = $1 ORDER BY version DESC LIMIT 1`

const eraseValuesOf = `
  UPDATE student_history
  SET changes = (SELECT coalesce(jsonb_object_agg(key, '{}'::jsonb), '{}'::jsonb) FROM jsonb_each(changes))
  WHERE student_id = $1`

/** An array for each column. */
export function historyArrays(entries: readonly HistoryEntry[]): unknown[][] {
  return [
    entries.map(({ studentId }) => studentId),
    entries.map(({ version }) => version),
    entries.map(({ action }) => action),
    entries.map(({ at }) => at),
    entries.map(({ principal }) => principal),
    entries.map(({ requestId = null }) => requestId),
    entries.map(({ changes }) => JSON.stringify(changes)),
  ]
}

/** Nothing where no student ever had the id. */
export async function readHistoryPage(
  connection: Connection,
  id: number,
  { limit, after = 0 }: HistoryRequest,
): Promise<HistoryPage | undefined> {
  // One more than asked for tells whether there is a next page.
  const rows = await connection.query(selectPage, [id, after, limit + 1])
  if (rows[0]?.['is_known'] !== true) return undefined
  const records = rows.filter((row) => row['version'] !== null).map(toRecord)
  return { records: records.slice(0, limit), hasMore: records.length > limit }
}

export async function lastEntry(connection: Connection, id: number): Promise<HistoryEntry | undefined> {
  const [row] = await connection.query(selectLast, [id])
  return row && { studentId: id, ...toRecord(row) }
}

/** Nothing comes after it. */
export async function readTombstone(connection: Connection, id: number): Promise<Tombstone | undefined> {
  const last = await lastEntry(connection, id)
  return last?.action === 'erased' ? tombstoneOf(last) : undefined
}

/** Makes others who would erase the student, too, wait for this transaction. */
export async function lockHistory(connection: Connection, id: number): Promise<void> {
  await connection.query(
    'SELECT version FROM student_history WHERE student_id = $1 ORDER BY version FOR UPDATE',
    [id],
  )
}

/** What was changed when and by whom stays; from what and to what doesn't. */
export async function eraseValues(connection: Connection, id: number): Promise<void> {
  await connection.query(eraseValuesOf, [id])
}
