import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Revision, StudentList } from '../students/student-store.ts'
import type { Student } from '../students/student.ts'
import { ListBody } from './list-body.ts'
import type { StudentTable } from './student-table.ts'

/** The list of all students, read once and then kept in step with what is committed. */
export class CachedList {
  readonly #table: StudentTable
  readonly #dataVersion: StatementSync
  /** Tells the revisions of this process from those of another, or of an earlier one. */
  readonly #origin = randomUUID().slice(0, 8)
  #body: ListBody | undefined
  #changes = 0
  #version: SQLOutputValue | undefined
  #isVersionFresh = false

  constructor(db: DatabaseSync, table: StudentTable) {
    this.#table = table
    this.#dataVersion = db.prepare('PRAGMA data_version')
  }

  /** Takes on what has been committed. */
  set(student: Student): void {
    this.#changes++
    this.#body?.set(student.id, JSON.stringify(student))
  }

  /** Takes on what has been committed. */
  remove(id: number): void {
    this.#changes++
    this.#body?.remove(id)
  }

  read(): StudentList {
    const revision = this.revision()
    this.#body ??= this.#readBody()
    return { body: this.#body.body(), revision }
  }

  /** None before the list was first read. */
  figures(): { listStudents?: number; listBytes?: number } {
    return this.#body ? { listStudents: this.#body.count, listBytes: this.#body.bytes } : {}
  }

  revision(): Revision {
    if (this.#hasForeignWrites()) {
      this.#changes++
      this.#body = undefined
    }
    return `${this.#origin}-${this.#changes}`
  }

  /**
   * `data_version` changes when another connection has written: a second process, or someone's sqlite3 shell. Asking
   * takes a lock on the file, so it is asked once for all requests of one turn of the event loop.
   */
  #hasForeignWrites(): boolean {
    if (this.#isVersionFresh) return false
    const previous = this.#version
    this.#version = this.#dataVersion.get()?.['data_version']
    this.#isVersionFresh = true
    setImmediate(() => {
      this.#isVersionFresh = false
    })
    return this.#version !== previous
  }

  #readBody(): ListBody {
    const body = new ListBody()
    for (const student of this.#table.all()) body.set(student.id, JSON.stringify(student))
    return body
  }
}
