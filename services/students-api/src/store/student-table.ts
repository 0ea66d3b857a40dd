import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { emailKey, type NewStudent, type Student, type StudentChanges } from '../students/student.ts'
import { studentColumns, toStudent } from './student-row.ts'

// The e-mail is looked up rather than left to ON CONFLICT, which would cost each duplicate an id and a sync to disk:
// AUTOINCREMENT counts up before the conflict is found. Nothing can come between within one write transaction.
const insertUnlessTaken = `
  INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  SELECT :name, :domain, :gpa, :email, :emailKey, :now, :now, 1
  WHERE NOT EXISTS (SELECT 1 FROM students WHERE email_key = :emailKey)
  RETURNING ${studentColumns}`

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
    this.#selectByEmail = db.prepare(`SELECT ${studentColumns} FROM students WHERE email_key = ?`)
    this.#insert = db.prepare(insertUnlessTaken)
    this.#update = db.prepare(updateUnlessTaken)
    this.#delete = db.prepare('DELETE FROM students WHERE id = ? AND version = ?')
  }

  *all(): Generator<Student> {
    for (const row of this.#selectAll.iterate()) yield toStudent(row)
  }

  find(id: number): Student | undefined {
    const row = this.#selectOne.get(id)
    return row && toStudent(row)
  }

  findByEmail(email: string): Student | undefined {
    const row = this.#selectByEmail.get(emailKey(email))
    return row && toStudent(row)
  }

  /** Nothing where another student has the e-mail. */
  insert({ name, domain, gpa, email }: NewStudent, now: Date): Student | undefined {
    const row = this.#insert.get({
      name,
      domain,
      gpa,
      email,
      emailKey: emailKey(email),
      now: now.toISOString(),
    })
    return row && toStudent(row)
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
