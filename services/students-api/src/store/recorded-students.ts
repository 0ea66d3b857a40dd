import { historyEntry, type Stamp } from '../students/history-record.ts'
import type { NewStudent, Student, StudentChanges } from '../students/student.ts'
import type { StudentHistory } from './student-history.ts'
import type { StudentTable } from './student-table.ts'

/** The writes on the table of students, each with its record. Used inside a transaction. */
export class RecordedStudents {
  readonly #students: StudentTable
  readonly #history: StudentHistory

  constructor(students: StudentTable, history: StudentHistory) {
    this.#students = students
    this.#history = history
  }

  /** Nothing where another student has the e-mail. */
  insert(student: NewStudent, stamp: Stamp): Student | undefined {
    const after = this.#students.insert(student, stamp.now)
    if (after) this.#history.enter(historyEntry({ after }, stamp))
    return after
  }

  /** Nothing where another student has the e-mail. */
  update(before: Student, changes: StudentChanges, stamp: Stamp): Student | undefined {
    const after = this.#students.update(before, changes, stamp.now)
    if (after) this.#history.enter(historyEntry({ before, after }, stamp))
    return after
  }

  delete(before: Student, stamp: Stamp): void {
    this.#students.delete(before)
    this.#history.enter(historyEntry({ before }, stamp))
  }
}
