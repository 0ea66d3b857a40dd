import { emailKey, type NewStudent, type Student, type StudentChanges } from '../students/student.ts'
import type { Connection } from './connection-pool.ts'
import { studentColumns, toStudent } from '../store/student-row.ts'

// The e-mail is looked up first, since each conflict would use up an id; ON CONFLICT is for those that come at once.
// In one order everywhere, whatever the plan, so that two processes with the same e-mails wait for each other, and don't
// deadlock.
const insertUnlessTaken = `
  INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  SELECT name, domain, gpa, email, email_key, $6::timestamptz, $6::timestamptz, 1
  FROM unnest($1::text[], $2::text[], $3::numeric[], $4::text[], $5::text[])
    AS new (name, domain, gpa, email, email_key)
  WHERE NOT EXISTS (SELECT 1 FROM students WHERE students.email_key = new.email_key)
  ORDER BY new.email_key
  ON CONFLICT (email_key) DO NOTHING
  RETURNING ${studentColumns}`

const updateUnlessTaken = `
  UPDATE students SET name = coalesce($2::text, name), domain = coalesce($3::text, domain),
    gpa = coalesce($4::numeric, gpa), email = coalesce($5::text, email), email_key = coalesce($6::text, email_key),
    updated_at = $7::timestamptz, version = version + 1
  WHERE id = $1::bigint AND NOT EXISTS (SELECT 1 FROM students WHERE email_key = $6::text AND id <> $1::bigint)
  RETURNING ${studentColumns}`

/**
 * Adds all but those whose e-mail another student has, in one statement.
 * @param newcomers Each with another e-mail.
 * @returns Those added, by `emailKey`.
 */
export async function insertStudents(
  connection: Connection,
  newcomers: readonly NewStudent[],
  now: Date,
): Promise<Map<string, Student>> {
  if (newcomers.length === 0) return new Map()
  const keyed = newcomers.map((student) => ({ ...student, key: emailKey(student.email) }))
  const columns = (['name', 'domain', 'gpa', 'email', 'key'] as const).map((name) =>
    keyed.map((student) => student[name]),
  )
  const rows = await connection.query(insertUnlessTaken, [...columns, now])
  return new Map(rows.map(toStudent).map((student) => [emailKey(student.email), student]))
}

export async function findStudent(connection: Connection, id: number): Promise<Student | undefined> {
  const [row] = await connection.query(`SELECT ${studentColumns} FROM students WHERE id = $1`, [id])
  return row && toStudent(row)
}

/** The student as it will be until the transaction ends. */
export async function lockStudent(connection: Connection, id: number): Promise<Student | undefined> {
  const [row] = await connection.query(`SELECT ${studentColumns} FROM students WHERE id = $1 FOR UPDATE`, [
    id,
  ])
  return row && toStudent(row)
}

/** Who has each of the e-mails that somebody has, by `emailKey`. */
export async function idsByEmails(
  connection: Connection,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const rows = await connection.query(
    'SELECT email_key, id FROM students WHERE email_key = ANY($1::text[])',
    [keys],
  )
  return new Map(rows.map((row) => [String(row['email_key']), Number(row['id'])]))
}

/** Those who have one of the e-mails, as they will be until the transaction ends, by `emailKey`. */
export async function lockByEmails(
  connection: Connection,
  keys: readonly string[],
): Promise<[string, Student][]> {
  const rows = await connection.query(
    `SELECT ${studentColumns} FROM students WHERE email_key = ANY($1::text[]) ORDER BY id FOR UPDATE`,
    [keys],
  )
  return rows.map(toStudent).map((student) => [emailKey(student.email), student])
}

/** Nothing where another student has the e-mail; fails with 23505 where one gets it at the same time. */
export async function updateStudent(
  connection: Connection,
  id: number,
  changes: StudentChanges,
  now: Date,
): Promise<Student | undefined> {
  const { name = null, domain = null, gpa = null, email = null } = changes
  const key = email === null ? null : emailKey(email)
  const [row] = await connection.query(updateUnlessTaken, [id, name, domain, gpa, email, key, now])
  return row && toStudent(row)
}

export async function deleteStudent(connection: Connection, id: number): Promise<void> {
  await connection.query('DELETE FROM students WHERE id = $1', [id])
}
