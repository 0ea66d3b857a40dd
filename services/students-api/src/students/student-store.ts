import type { NewStudent, Student } from './student.ts'

/**
 * Where students are kept. Whoever has its answer to `add` finds the student in every later `find` and `list`,
 * also after a crash. Each method rejects with the database's own error where the database fails.
 */
export interface StudentStore {
  /** Every student in the order of ids, as a JSON array in UTF-8. The bytes are shared: don't write to them. */
  list(): Promise<Buffer>
  find(id: number): Promise<Student | undefined>
  /** Resolves to `undefined` where another student has the e-mail, compared by `emailKey`. */
  add(student: NewStudent): Promise<Student | undefined>
  /** Resolves when the database has answered. */
  ping(): Promise<void>
}
