import type { DatabaseSync } from 'node:sqlite'
import type { Stamp } from '../students/history-record.ts'
import type { MergeOptions, MergeOutcome } from '../students/student-store.ts'
import { isSame, type NewStudent, type Student } from '../students/student.ts'
import type { RecordedStudents } from './recorded-students.ts'
import type { StudentTable } from './student-table.ts'

interface Merge {
  outcome: MergeOutcome
  /** As it is now, where that is news. */
  student?: Student
}

/** Adds or changes students by their e-mails. Used inside a transaction. */
export class StudentMerger {
  readonly #db: DatabaseSync
  readonly #students: StudentTable
  readonly #recorded: RecordedStudents

  constructor(db: DatabaseSync, students: StudentTable, recorded: RecordedStudents) {
    this.#db = db
    this.#students = students
    this.#recorded = recorded
  }

  merge(students: readonly NewStudent[], { mode, dryRun }: MergeOptions, stamp: Stamp): Merge[] {
    if (!dryRun) return students.map((student) => this.#mergeOne(student, mode, stamp))
    // Back to the savepoint rather than a ROLLBACK: others' writes share the transaction.
    this.#db.exec('SAVEPOINT dry_run')
    try {
      return students.map((student) => this.#mergeOne(student, mode, stamp))
    } finally {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK TO dry_run; RELEASE dry_run')
    }
  }

  #mergeOne(student: NewStudent, mode: MergeOptions['mode'], stamp: Stamp): Merge {
    const current = this.#students.findByEmail(student.email)
    if (!current) return merged('added', this.#recorded.insert(student, stamp))
    if (mode === 'insert') return { outcome: 'email-taken' }
    if (isSame(current, student)) return { outcome: 'unchanged' }
    return merged('changed', this.#recorded.update(current, student, stamp))
  }
}

function merged(outcome: MergeOutcome, student: Student | undefined): Merge {
  return student ? { outcome, student } : { outcome: 'email-taken' }
}
