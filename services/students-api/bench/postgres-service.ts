/**
 * The service on PostgreSQL: `batches URL` as `main.ts` runs it, `singles URL` with each insert a statement and a commit
 * of its own on any of 20 connections, its record in the history by the same statement.
 */
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { ConnectionPool } from '../src/postgres/connection-pool.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { studentColumns, toStudent } from '../src/store/student-row.ts'
import { writeLimits } from '../src/store/write-queue.ts'
import { historyEntry } from '../src/students/history-record.ts'
import { emailKey } from '../src/students/student.ts'

const insertRecorded = `
  WITH added AS (
    INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $6, 1) ON CONFLICT DO NOTHING RETURNING ${studentColumns}
  ), recorded AS (
    INSERT INTO student_history (student_id, version, action, at, principal, request_id, changes)
    SELECT id, version, 'created', created_at, $7, $8, $9::jsonb FROM added
  )
  SELECT * FROM added`

const [kind, url = ''] = process.argv.slice(2)
const address = { url, poolSize: 20 }
const store = await PostgresStudentStore.open(address, systemClock)
if (kind === 'singles') {
  const pool = new ConnectionPool(address, writeLimits)
  store.add = async (student, context) => {
    const { name, domain, gpa, email } = student
    const now = systemClock.now()
    const instant = now.toISOString()
    const after = { ...student, id: 0, createdAt: instant, updatedAt: instant, version: 1 }
    const { principal, requestId, changes } = historyEntry({ after }, { context, now })
    const values = [
      name,
      domain,
      gpa,
      email,
      emailKey(email),
      now,
      principal,
      requestId,
      JSON.stringify(changes),
    ]
    const [row] = await pool.query(insertRecorded, values)
    return row
      ? { state: 'added', student: toStudent(row), replayed: false }
      : { state: 'email-taken', replayed: false }
  }
}
const app = createApp({ store, logger: pino({ level: 'silent' }) })
process.send?.(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
