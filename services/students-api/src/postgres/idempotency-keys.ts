import { instantOf } from '../store/instant.ts'
import type { Addition, IdempotencyKey, KeptAnswer } from '../students/student-store.ts'
import type { Connection, Row } from './connection-pool.ts'
import { PostgresFailure } from './postgres-failure.ts'

const lifetimeMs = 24 * 60 * 60 * 1000

const select = `
  SELECT principal, route, key, payload_hash, outcome, answer FROM idempotency_keys
  WHERE (principal, route, key) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
    AND created_at > $4::timestamptz`

// One that has expired may still be there; one that hasn't came at the same time.
const insertOrReplaceExpired = `
  INSERT INTO idempotency_keys (principal, route, key, payload_hash, outcome, student_id, answer, created_at)
  SELECT new.*, $8::timestamptz
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[]) AS new
  ON CONFLICT (principal, route, key) DO UPDATE SET payload_hash = excluded.payload_hash,
    outcome = excluded.outcome, student_id = excluded.student_id, answer = excluded.answer,
    created_at = excluded.created_at
  WHERE idempotency_keys.created_at <= $9::timestamptz
  RETURNING key`

// Two go for each that comes, so the table shrinks back, and no write pays for many. Those that another process has
// begun to remove are left to it.
const removeExpired = `
  DELETE FROM idempotency_keys WHERE (principal, route, key) IN (
    SELECT principal, route, key FROM idempotency_keys WHERE created_at <= $1::timestamptz
    ORDER BY created_at, principal, route, key LIMIT $2 FOR UPDATE SKIP LOCKED)`

const selectOfStudent = `
  SELECT principal, route, key, answer, created_at FROM idempotency_keys WHERE student_id = $1
  ORDER BY created_at, principal, route, key`

const eraseStudent = `
  UPDATE idempotency_keys SET outcome = 'removed-since', payload_hash = NULL, student_id = NULL, answer = NULL
  WHERE student_id = $1`

/** Whose the key is, as one word. */
export function nameOf({
  principal,
  route,
  key,
}: Pick<IdempotencyKey, 'principal' | 'route' | 'key'>): string {
  return JSON.stringify([principal, route, key])
}

/** What the keys' first requests came to, by `nameOf`. A key that is not there has not been used. */
export async function recallKeys(
  connection: Connection,
  keys: readonly IdempotencyKey[],
  now: Date,
): Promise<Map<string, Addition>> {
  if (keys.length === 0) return new Map()
  const rows = await connection.query(select, [...namesOf(keys), expiredAt(now)])
  const byName = new Map(rows.map((row) => [nameOf(keyOf(row)), row]))
  return new Map(
    keys.flatMap((key) => {
      const row = byName.get(nameOf(key))
      return row ? [[nameOf(key), additionOf(row, key)] as const] : []
    }),
  )
}

/**
 * Remembers what the keys' first requests came to.
 * @throws {PostgresFailure} of kind `conflict` where another process has used one of them meanwhile.
 */
export async function rememberKeys(
  connection: Connection,
  used: readonly (readonly [IdempotencyKey, Addition])[],
  now: Date,
): Promise<void> {
  if (used.length === 0) return
  await connection.query(removeExpired, [expiredAt(now), 2 * used.length])
  // In one order everywhere, against deadlocks.
  const ordered = used.toSorted(([a], [b]) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const keys = ordered.map(([key]) => key)
  const students = ordered.map(([, addition]) => (addition.state === 'added' ? addition.student : undefined))
  const rows = await connection.query(insertOrReplaceExpired, [
    ...namesOf(keys),
    keys.map(({ payloadHash }) => payloadHash),
    ordered.map(([, { state }]) => state),
    students.map((student) => student?.id ?? null),
    students.map((student) => (student ? JSON.stringify(student) : null)),
    now,
    expiredAt(now),
  ])
  if (rows.length < used.length)
    throw new PostgresFailure('conflict', 'an Idempotency-Key came twice at once')
}

/** What the key that made the student would still be answered. */
export async function answersOfStudent(connection: Connection, studentId: number): Promise<KeptAnswer[]> {
  const rows = await connection.query(selectOfStudent, [studentId])
  return rows.map((row) => ({
    ...keyOf(row),
    at: instantOf(row['created_at']),
    answer: JSON.parse(String(row['answer'])),
  }))
}

/** Leaves nothing of the student's but that the key was used: a late repeat doesn't bring the student back. */
export async function eraseFromKeys(connection: Connection, studentId: number): Promise<void> {
  await connection.query(eraseStudent, [studentId])
}

/** What a repeat of the key is answered, given what the first came to. */
export function repeated(first: Addition, payloadHash: string, repeat: IdempotencyKey): Addition {
  if (payloadHash !== repeat.payloadHash) return { state: 'key-reused' }
  return 'replayed' in first ? { ...first, replayed: true } : first
}

function additionOf(row: Row, key: IdempotencyKey): Addition {
  if (row['outcome'] === 'removed-since') return { state: 'removed-since' }
  const first: Addition =
    row['outcome'] === 'added'
      ? { state: 'added', student: JSON.parse(String(row['answer'])), replayed: true }
      : { state: 'email-taken', replayed: true }
  return repeated(first, String(row['payload_hash']), key)
}

function keyOf(row: Row) {
  return { principal: String(row['principal']), route: String(row['route']), key: String(row['key']) }
}

function namesOf(keys: readonly IdempotencyKey[]): string[][] {
  return [keys.map(({ principal }) => principal), keys.map(({ route }) => route), keys.map(({ key }) => key)]
}

function expiredAt(now: Date): Date {
  return new Date(now.getTime() - lifetimeMs)
}
