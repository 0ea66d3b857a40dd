import { historyEntry } from '../students/history-record.ts'
import type { Addition } from '../students/student-store.ts'
import { emailKey, type Student } from '../students/student.ts'
import { withExisting, type AddWrite } from './additions.ts'
import type { Connection, Row } from './connection-pool.ts'

// As `insertStudents`, `insertHistory` and `countBatch` do one after the other.
const insertRecorded = `
  WITH new AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::numeric[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      AS new (name, domain, gpa, email, email_key, principal, request_id, changes)
  ), added AS (
    INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
    SELECT name, domain, gpa, email, email_key, $9::timestamptz, $9::timestamptz, 1 FROM new
    WHERE NOT EXISTS (SELECT 1 FROM students WHERE students.email_key = new.email_key)
    ORDER BY new.email_key
    ON CONFLICT (email_key) DO NOTHING
    RETURNING id, email_key
  ), entered AS (
    INSERT INTO student_history (student_id, version, action, at, principal, request_id, changes)
    SELECT added.id, 1, 'created', $9::timestamptz, new.principal, new.request_id, new.changes::jsonb
    FROM added JOIN new ON new.email_key = added.email_key
  ), counted AS (
    INSERT INTO writers (id, revision, batch, written_at)
    SELECT $10::text, 1, $11::text, now() WHERE EXISTS (SELECT 1 FROM added)
    ON CONFLICT (id) DO UPDATE SET revision = writers.revision + 1, batch = excluded.batch, written_at = now()
    RETURNING revision
  )
  SELECT added.id, added.email_key, counted.revision FROM added CROSS JOIN counted`

/** Whose the batch is, and which. */
interface Batch {
  id: string
  writer: string
}

export interface RecordedAdditions {
  /** What each write came to, in their order. */
  outcomes: Addition[]
  /** How many batches of this process there are with it; absent where it has changed nothing. */
  own: number | undefined
}

/** Without a key that would have to be looked up before. */
export function isPlain(write: { kind: string; key?: unknown }): write is AddWrite {
  return write.kind === 'add' && write.key === undefined
}

/**
 * Adds all that may be added, with their records, and counts the batch, in one statement: the most that a batch is made of.
 * Of those with one e-mail the first gets it. Used inside a transaction.
 */
export async function addRecorded(
  connection: Connection,
  writes: readonly AddWrite[],
  now: Date,
  batch: Batch,
): Promise<RecordedAdditions> {
  const firsts = new Map(writes.toReversed().map((write) => [emailKey(write.student.email), write]))
  const rows = await connection.query(insertRecorded, [
    ...columnsOf(firsts, now),
    now,
    batch.writer,
    batch.id,
  ])
  const added = new Map(rows.map((row) => [String(row['email_key']), row]))
  const answers = writes.map((write): Addition => {
    const key = emailKey(write.student.email)
    const row = firsts.get(key) === write ? added.get(key) : undefined
    return row
      ? { state: 'added', student: studentOf(write, row, now), replayed: false }
      : { state: 'email-taken', replayed: false }
  })
  const own = rows[0] && Number(rows[0]['revision'])
  return { outcomes: await withExisting(connection, writes, answers), own }
}

function columnsOf(byEmail: ReadonlyMap<string, AddWrite>, now: Date): unknown[][] {
  const writes = [...byEmail.values()]
  const students = writes.map(({ student }) => student)
  return [
    students.map(({ name }) => name),
    students.map(({ domain }) => domain),
    students.map(({ gpa }) => gpa),
    students.map(({ email }) => email),
    [...byEmail.keys()],
    writes.map(({ context }) => context.principal),
    writes.map(({ context: { requestId = null } }) => requestId),
    writes.map((write) => changesOf(write, now)),
  ]
}

/** A record tells of no id, which the student doesn't have yet. */
function changesOf(write: AddWrite, now: Date): string {
  const after = studentOf(write, { id: 0 }, now)
  return JSON.stringify(historyEntry({ after }, { context: write.context, now }).changes)
}

/** A row is what was put into it, and its id. */
function studentOf({ student: { name, domain, gpa, email } }: AddWrite, { id }: Row, now: Date): Student {
  const instant = now.toISOString()
  return { id: Number(id), name, domain, gpa, email, createdAt: instant, updatedAt: instant, version: 1 }
}
