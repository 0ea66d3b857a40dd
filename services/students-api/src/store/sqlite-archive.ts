import { erasureEntry, tombstoneOf, type Stamp, type Tombstone } from '../students/history-record.ts'
import type { Erasure, HistoryPage, HistoryRequest, Holdings } from '../students/student-store.ts'
import type { IdempotencyKeys } from './idempotency-keys.ts'
import type { StudentHistory } from './student-history.ts'
import type { StudentTable } from './student-table.ts'

/** All that is kept on students, and its erasing. */
export class SqliteArchive {
  readonly #history: StudentHistory
  readonly #students: StudentTable
  readonly #keys: IdempotencyKeys

  constructor(students: StudentTable, history: StudentHistory, keys: IdempotencyKeys) {
    this.#history = history
    this.#students = students
    this.#keys = keys
  }

  page(id: number, request: HistoryRequest): HistoryPage | undefined {
    const page = this.#history.page(id, request)
    return page.records.length > 0 || this.#isKnown(id) ? page : undefined
  }

  tombstone(id: number): Tombstone | undefined {
    return this.#history.tombstone(id)
  }

  holdings(id: number): Holdings | undefined {
    const student = this.#students.find(id) ?? null
    const last = this.#history.last(id)
    if (!student && !last) return undefined
    return { student, idempotencyKeys: this.#keys.ofStudent(id), lastVersion: last?.version ?? 0 }
  }

  /** Used inside a transaction. */
  erase(id: number, stamp: Stamp): Erasure {
    const student = this.#students.find(id)
    const last = this.#history.last(id)
    if (last?.action === 'erased') return { state: 'erased', tombstone: tombstoneOf(last), repeated: true }
    const end = student ?? (last && { id, version: last.version })
    if (!end) return { state: 'absent' }
    if (student) this.#students.delete(student)
    this.#keys.erase(id)
    this.#history.eraseValues(id)
    const entry = erasureEntry(end, stamp)
    this.#history.enter(entry)
    return { state: 'erased', tombstone: tombstoneOf(entry), repeated: false }
  }

  #isKnown(id: number): boolean {
    return this.#history.last(id) !== undefined || this.#students.find(id) !== undefined
  }
}
