import type { DatabaseSync } from 'node:sqlite'
import type { MergeOptions, MergeOutcome } from '../students/student-store.ts'
import { isSame, type NewStudent, type Student } from '../students/student.ts'
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

  constructor(db: DatabaseSync, students: StudentTable) {
    this.#db = db
    this.#students = students
  }

  merge(students: readonly NewStudent[], { mode, dryRun }: MergeOptions, now: Date): Merge[] {
    if (!dryRun) return students.map((student) => this.#mergeOne(student, mode, now))
    // Back to the savepoint rather than a ROLLBACK: others' writes share the transaction.
    this.#db.exec('SAVEPOINT dry_run')
    try {
      return students.map((student) => this.#mergeOne(student, mode, now))
    } finally {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK TO dry_run; RELEASE dry_run')
    }
  }

  #mergeOne(student: NewStudent, mode: MergeOptions['mode'], now: Date): Merge {
    const current = this.#students.findByEmail(student.email)
    if (!current) return merged('added', this.#students.insert(student, now))
    if (mode === 'insert') return { outcome: 'email-taken' }
    if (isSame(current, student)) return { outcome: 'unchanged' }
    return merged('changed', this.#students.update(current, student, now))
  }
}

function merged(outcome: MergeOutcome, student: Student | undefined): Merge {
  return student ? { outcome, student } : { outcome: 'email-taken' }
}
