import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Addition, IdempotencyKey, KeptAnswer } from '../students/student-store.ts'

const lifetimeMs = 24 * 60 * 60 * 1000

// Two go for each that comes, so the table shrinks back, and no write pays for many.
const removeExpired = `
  DELETE FROM idempotency_keys WHERE (principal, route, key) IN (
    SELECT principal, route, key FROM idempotency_keys WHERE created_at <= :expired ORDER BY created_at LIMIT 2)`

const select = `
  SELECT payload_hash, outcome, answer FROM idempotency_keys
  WHERE principal = :principal AND route = :route AND key = :key AND created_at > :expired`

// One that has expired may still be there.
const insertOrReplace = `
  INSERT OR REPLACE INTO idempotency_keys
    (principal, route, key, payload_hash, outcome, student_id, answer, created_at)
  VALUES (:principal, :route, :key, :payloadHash, :outcome, :studentId, :answer, :now)`

const selectOfStudent = `
  SELECT principal, route, key, answer, created_at FROM idempotency_keys WHERE student_id = ?
  ORDER BY created_at, principal, route, key`

const eraseStudent = `
  UPDATE idempotency_keys SET outcome = 'removed-since', payload_hash = NULL, student_id = NULL, answer = NULL
  WHERE student_id = ?`

/** What additions with an Idempotency-Key came to, for a day. Used inside the transaction that adds. */
export class IdempotencyKeys {
  readonly #select: StatementSync
  readonly #insert: StatementSync
  readonly #removeExpired: StatementSync
  readonly #selectOfStudent: StatementSync
  readonly #erase: StatementSync

  constructor(db: DatabaseSync) {
    this.#select = db.prepare(select)
    this.#insert = db.prepare(insertOrReplace)
    this.#removeExpired = db.prepare(removeExpired)
    this.#selectOfStudent = db.prepare(selectOfStudent)
    this.#erase = db.prepare(eraseStudent)
  }

  /** What the key's first request came to, or `undefined` where this is the first. */
  recall({ principal, route, key, payloadHash }: IdempotencyKey, now: Date): Addition | undefined {
    const row = this.#select.get({ principal, route, key, expired: expiredAt(now) })
    if (!row) return undefined
    if (row['outcome'] === 'removed-since') return { state: 'removed-since' }
    if (row['payload_hash'] !== payloadHash) return { state: 'key-reused' }
    return row['outcome'] === 'added'
      ? { state: 'added', student: JSON.parse(String(row['answer'])), replayed: true }
      : { state: 'email-taken', replayed: true }
  }

  remember(key: IdempotencyKey, addition: Addition, now: Date): void {
    this.#removeExpired.run({ expired: expiredAt(now) })
    const student = addition.state === 'added' ? addition.student : undefined
    this.#insert.run({
      ...key,
      outcome: addition.state,
      studentId: student?.id ?? null,
      answer: student ? JSON.stringify(student) : null,
      now: now.toISOString(),
    })
  }

  /** What the key that made the student would still be answered. */
  ofStudent(studentId: number): KeptAnswer[] {
    return this.#selectOfStudent.all(studentId).map((row) => ({
      principal: String(row['principal']),
      route: String(row['route']),
      key: String(row['key']),
      at: String(row['created_at']),
      answer: JSON.parse(String(row['answer'])),
    }))
  }

  /** Leaves nothing of the student's but that the key was used: a late repeat doesn't bring the student back. */
  erase(studentId: number): void {
    this.#erase.run(studentId)
  }
}

function expiredAt(now: Date): string {
  return new Date(now.getTime() - lifetimeMs).toISOString()
}
