import type { HistoryEntry } from '../students/history-record.ts'
import type { Connection, Row } from './connection-pool.ts'
import { historyArrays, insertHistory } from './student-history.ts'

/** How far the students are: batches counted by this process, and by all others. Neither ever falls but by `fold`. */
export interface Revisions {
  own: number
  others: number
}

/** As columns of a statement that reads them with something else, in one state. */
export const revisionColumns = `
  coalesce(sum(revision) FILTER (WHERE id = $1), 0) AS own, coalesce(sum(revision) FILTER (WHERE id <> $1), 0) AS others`

const select = `SELECT ${revisionColumns} FROM writers`

// Together with the batch's records, which saves the batch a round trip.
const count = `
  WITH entered AS (${insertHistory})
  INSERT INTO writers (id, revision, batch, written_at) VALUES ($8, 1, $9, now())
  ON CONFLICT (id) DO UPDATE SET revision = writers.revision + 1, batch = excluded.batch, written_at = now()
  RETURNING revision`

const takeOld = `DELETE FROM writers WHERE id <> 'gone' AND written_at < now() - interval '1 day' RETURNING revision`
const fold = `UPDATE writers SET revision = revision + $1 WHERE id = 'gone'`

export async function readRevisions(connection: Connection, writer: string): Promise<Revisions> {
  const [row] = await connection.query(select, [writer])
  return toRevisions(row ?? {})
}

export function toRevisions(row: Row): Revisions {
  return { own: Number(row['own']), others: Number(row['others']) }
}

/** A batch that has changed students. */
export interface Batch {
  id: string
  writer: string
  entries: readonly HistoryEntry[]
}

/** Counts a batch and enters its records, in its transaction. @returns How many of this process there are with it. */
export async function countBatch(connection: Connection, { id, writer, entries }: Batch): Promise<number> {
  const [row] = await connection.query(count, [...historyArrays(entries), writer, id])
  return Number(row?.['revision'])
}

/** Makes the row, so that `isLastBatch` has one to wait at. */
export async function enterWriter(connection: Connection, writer: string): Promise<void> {
  await connection.query('INSERT INTO writers (id, revision, written_at) VALUES ($1, 0, now())', [writer])
}

/**
 * Whether this batch was committed, once that is settled: a COMMIT that lost its connection may still be going on, and
 * holds the row until it is done.
 */
export async function isLastBatch(connection: Connection, writer: string, batch: string): Promise<boolean> {
  const [row] = await connection.query('SELECT batch FROM writers WHERE id = $1 FOR UPDATE', [writer])
  return row?.['batch'] === batch
}

/** Adds up the rows of processes that have written nothing for a day. One that still runs begins a new row. */
export async function foldWriters(connection: Connection): Promise<void> {
  const rows = await connection.query(takeOld)
  const sum = rows.reduce((total, row) => total + Number(row['revision']), 0)
  if (rows.length > 0) await connection.query(fold, [sum])
}
