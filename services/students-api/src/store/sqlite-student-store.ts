import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import type {
  Addition,
  Change,
  EmailTaken,
  ExpectedVersion,
  IdempotencyKey,
  MergeOptions,
  MergeOutcome,
  Removal,
  StoreFigures,
  StudentList,
  StudentPage,
  StudentStore,
} from '../students/student-store.ts'
import type { Effort } from '../students/effort.ts'
import type { PageRequest } from '../students/student-query.ts'
import type { NewStudent, Student, StudentChanges } from '../students/student.ts'
import { whileBusy } from './busy.ts'
import { CachedList } from './cached-list.ts'
import { openDatabase } from './database.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'
import { StudentMerger } from './student-merger.ts'
import { StudentPages } from './student-pages.ts'
import { StudentTable } from './student-table.ts'
import { WriteQueue, writeLimits, type WriteLimits } from './write-queue.ts'

// A lock held longer is waited for without holding up the event loop, as this wait does.
const blockingWaitMs = 20

/** Students in one SQLite file. */
export class SqliteStudentStore implements StudentStore, Disposable {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #limits: WriteLimits
  readonly #writes: WriteQueue
  readonly #students: StudentTable
  readonly #merger: StudentMerger
  readonly #pages: StudentPages
  readonly #keys: IdempotencyKeys
  readonly #list: CachedList

  /**
   * @param path The file, made with its folder where missing.
   * @throws {DatabaseUnusable}
   */
  constructor(path: string, clock: Clock, limits: WriteLimits = writeLimits) {
    const db = openDatabase(path)
    db.exec(`PRAGMA busy_timeout = ${blockingWaitMs}`)
    this.#db = db
    this.#clock = clock
    this.#limits = limits
    this.#writes = new WriteQueue(db, clock, limits)
    this.#students = new StudentTable(db)
    this.#merger = new StudentMerger(db, this.#students)
    this.#pages = new StudentPages(db)
    this.#keys = new IdempotencyKeys(db)
    this.#list = new CachedList(db, this.#students)
  }

  list(): StudentList | Promise<StudentList> {
    return this.#read(() => this.#list.read())
  }

  async page(request: PageRequest): Promise<StudentPage> {
    return this.#read(() => ({ revision: this.#list.revision(), ...this.#pages.read(request) }))
  }

  async find(id: number): Promise<Student | undefined> {
    return this.#read(() => this.#students.find(id))
  }

  async ping(): Promise<void> {
    await this.#read(() => this.#students.find(0))
  }

  figures(): StoreFigures {
    return { waitingWrites: this.#writes.waiting, ...this.#list.figures() }
  }

  // What is written reaches the list after COMMIT, before the answer: readers read their writes, and never what was
  // rolled back.

  add(student: NewStudent, key?: IdempotencyKey, effort?: Effort): Promise<Addition> {
    return this.#writes.run(
      () => this.#addOnce(student, key, this.#clock.now()),
      (addition) => {
        if (addition.state === 'added' && !addition.replayed) this.#list.set(addition.student)
      },
      effort,
    )
  }

  change(id: number, changes: StudentChanges, expected: ExpectedVersion, effort?: Effort): Promise<Change> {
    return this.#writes.run(
      () => this.#changeOne(id, changes, expected),
      (change) => {
        if (change.state === 'changed') this.#list.set(change.student)
      },
      effort,
    )
  }

  remove(id: number, expected: ExpectedVersion, effort?: Effort): Promise<Removal> {
    return this.#writes.run(
      () => this.#removeOne(id, expected),
      ({ state }) => {
        if (state === 'removed') this.#list.remove(id)
      },
      effort,
    )
  }

  async merge(students: readonly NewStudent[], options: MergeOptions): Promise<MergeOutcome[]> {
    const merged = await this.#writes.run(
      () => this.#merger.merge(students, options, this.#clock.now()),
      (merges) => {
        if (options.dryRun) return
        for (const { student } of merges) if (student) this.#list.set(student)
      },
    )
    return merged.map(({ outcome }) => outcome)
  }

  [Symbol.dispose](): void {
    this.#writes.close()
    this.#db.close()
  }

  /** In one transaction, so that a key is remembered where its student is there, and only there. */
  #addOnce(student: NewStudent, key: IdempotencyKey | undefined, now: Date): Addition {
    const first = key && this.#keys.recall(key, now)
    if (first) return first.state === 'email-taken' ? { ...first, ...this.#taken(student.email) } : first
    const addition = this.#addOne(student, now)
    if (key) this.#keys.remember(key, addition, now)
    return addition
  }

  #addOne(student: NewStudent, now: Date): Addition {
    const added = this.#students.insert(student, now)
    return added
      ? { state: 'added', student: added, replayed: false }
      : { ...this.#taken(student.email), replayed: false }
  }

  #taken(email: string): EmailTaken {
    return { state: 'email-taken', existing: this.#students.findByEmail(email)?.id }
  }

  #changeOne(id: number, changes: StudentChanges, expected: ExpectedVersion): Change {
    const current = this.#students.find(id)
    if (!current) return { state: 'absent' }
    if (!isExpected(current, expected)) return { state: 'version-mismatch' }
    const student = this.#students.update(current, changes, this.#clock.now())
    if (student) return { state: 'changed', student }
    return this.#taken(changes.email ?? current.email)
  }

  #removeOne(id: number, expected: ExpectedVersion): Removal {
    const current = this.#students.find(id)
    if (!current) return { state: 'absent' }
    if (!isExpected(current, expected)) return { state: 'version-mismatch' }
    this.#students.delete(current)
    this.#keys.erase(id)
    return { state: 'removed' }
  }

  #read<Result>(read: () => Result): Result | Promise<Result> {
    return whileBusy(read, this.#clock, this.#limits.waitMs)
  }
}

function isExpected({ version }: Student, expected: ExpectedVersion): boolean {
  return expected === 'any' || expected.includes(version)
}
