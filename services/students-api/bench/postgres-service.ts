/**
 * The service on PostgreSQL: `batches URL` as `main.ts` runs it, `singles URL` with each insert a statement and a commit
 * of its own on any of 20 connections, and without a record in the history.
 */
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { ConnectionPool } from '../src/postgres/connection-pool.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { insertStudents } from '../src/postgres/student-table.ts'
import { writeLimits } from '../src/store/write-queue.ts'
import { emailKey } from '../src/students/student.ts'

const [kind, url = ''] = process.argv.slice(2)
const address = { url, poolSize: 20 }
const store = await PostgresStudentStore.open(address, systemClock)
if (kind === 'singles') {
  const pool = new ConnectionPool(address, writeLimits)
  store.add = async (student) => {
    const added = await insertStudents(pool, [student], systemClock.now())
    const one = added.get(emailKey(student.email))
    return one ? { state: 'added', student: one, replayed: false } : { state: 'email-taken', replayed: false }
  }
}
const app = createApp({ store, logger: pino({ level: 'silent' }) })
process.send?.(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
