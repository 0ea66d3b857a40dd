import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { emailKey, type NewStudent, type Student, type StudentChanges } from '../students/student.ts'
import { studentColumns, toStudent } from './student-row.ts'

// The e-mail is looked up rather than left to ON CONFLICT, which would cost each duplicate an id and a sync to disk:
// AUTOINCREMENT counts up before the conflict is found. Nothing can come between within one write transaction.
const insertUnlessTaken = `
  INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  SELECT ?, ?, ?, ?, ?, ?, ?, 1
  WHERE NOT EXISTS (SELECT 1 FROM students WHERE email_key = ?)`

const updateUnlessTaken = `
  UPDATE students SET name = coalesce(:name, name), domain = coalesce(:domain, domain), gpa = coalesce(:gpa, gpa),
    email = coalesce(:email, email), email_key = coalesce(:emailKey, email_key),
    updated_at = :now, version = version + 1
  WHERE id = :id AND version = :version
    AND NOT EXISTS (SELECT 1 FROM students WHERE email_key = :emailKey AND id <> :id)
  RETURNING ${studentColumns}`

/** The statements on the table of students, prepared once. */
export class StudentTable {
  readonly #selectAll: StatementSync
  readonly #selectOne: StatementSync
  readonly #selectByEmail: StatementSync
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #delete: StatementSync

  constructor(db: DatabaseSync) {
    this.#selectAll = db.prepare(`SELECT ${studentColumns} FROM students ORDER BY id`)
    this.#selectOne = db.prepare(`SELECT ${studentColumns} FROM students WHERE id = ?`)
    // Half as dear as rows with names; each removal and change asks for one.
    this.#selectOne.setReturnArrays(true)
    this.#selectByEmail = db.prepare(`SELECT ${studentColumns} FROM students WHERE email_key = ?`)
    this.#insert = db.prepare(insertUnlessTaken)
    this.#update = db.prepare(updateUnlessTaken)
    this.#delete = db.prepare('DELETE FROM students WHERE id = ? AND version = ?')
  }

  *all(): Generator<Student> {
    for (const row of this.#selectAll.iterate()) yield toStudent(row)
  }

  find(id: number): Student | undefined {
    const values = this.#selectOne.get(id) as SQLOutputValue[] | undefined
    return values && studentOf(values)
  }

  findByEmail(email: string): Student | undefined {
    const row = this.#selectByEmail.get(emailKey(email))
    return row && toStudent(row)
  }

  /** Nothing where another student has the e-mail. */
  insert({ name, domain, gpa, email }: NewStudent, now: Date): Student | undefined {
    const key = emailKey(email)
    const instant = now.toISOString()
    // By position and without RETURNING, which takes half the time: a row is what was put into it, and its id.
    const { changes, lastInsertRowid } = this.#insert.run(
      name,
      domain,
      gpa,
      email,
      key,
      instant,
      instant,
      key,
    )
    if (changes === 0) return undefined
    return {
      id: Number(lastInsertRowid),
      name,
      domain,
      gpa,
      email,
      createdAt: instant,
      updatedAt: instant,
      version: 1,
    }
  }

  /** Nothing where another student has the e-mail. `id` and `version` are those of a student that is there. */
  update({ id, version }: Student, changes: StudentChanges, now: Date): Student | undefined {
    const { name = null, domain = null, gpa = null, email = null } = changes
    const key = email === null ? null : emailKey(email)
    const values = { id, version, name, domain, gpa, email, emailKey: key, now: now.toISOString() }
    const row = this.#update.get(values)
    return row && toStudent(row)
  }

  delete({ id, version }: Student): void {
    this.#delete.run(id, version)
  }
}

/** Of a row in the order of `studentColumns`. */
function studentOf([
  id,
  name,
  domain,
  gpa,
  email,
  createdAt,
  updatedAt,
  version,
]: readonly SQLOutputValue[]): Student {
  return {
    id: Number(id),
    name: String(name),
    domain: String(domain),
    gpa: Number(gpa),
    email: String(email),
    createdAt: String(createdAt),
    updatedAt: String(updatedAt),
    version: Number(version),
  }
}
