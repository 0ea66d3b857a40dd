import type { Student } from '../students/student.ts'
import type { Row } from './connection-pool.ts'

export const studentColumns = 'id, name, domain, gpa, email, created_at, updated_at, version'

/** `pg` gives bigint and numeric as strings, and an instant as a Date. */
export function toStudent(row: Row): Student {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    domain: String(row['domain']),
    gpa: Number(row['gpa']),
    email: String(row['email']),
    createdAt: instant(row['created_at']),
    updatedAt: instant(row['updated_at']),
    version: Number(row['version']),
  }
}

function instant(value: unknown): string {
  if (!(value instanceof Date)) throw new TypeError('a timestamptz is read as a Date')
  return value.toISOString()
}
