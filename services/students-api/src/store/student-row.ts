import type { Student } from '../students/student.ts'
import { instantOf } from './instant.ts'

export const studentColumns = 'id, name, domain, gpa, email, created_at, updated_at, version'

// A new object also because node:sqlite's rows have no prototype, and such ones stringify 3 to 4 times slower. `pg`
// gives bigint and numeric as strings.
export function toStudent(row: Readonly<Record<string, unknown>>): Student {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    domain: String(row['domain']),
    gpa: Number(row['gpa']),
    email: String(row['email']),
    createdAt: instantOf(row['created_at']),
    updatedAt: instantOf(row['updated_at']),
    version: Number(row['version']),
  }
}
