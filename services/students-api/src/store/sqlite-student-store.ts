import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import type {
  Addition,
  Change,
  EmailTaken,
  Erasure,
  ExpectedVersion,
  HistoryPage,
  HistoryRequest,
  Holdings,
  IdempotencyKey,
  MergeOptions,
  MergeOutcome,
  Removal,
  StoreFigures,
  StudentList,
  StudentPage,
  StudentStore,
} from '../students/student-store.ts'
import type { Stamp, Tombstone } from '../students/history-record.ts'
import type { PageRequest } from '../students/student-query.ts'
import type { NewStudent, Student, StudentChanges } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import { whileBusy } from './busy.ts'
import { CachedList } from './cached-list.ts'
import { openDatabase } from './database.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'
import { RecordedStudents } from './recorded-students.ts'
import { SqliteArchive } from './sqlite-archive.ts'
import { StudentHistory } from './student-history.ts'
import { StudentMerger } from './student-merger.ts'
import { StudentPages } from './student-pages.ts'
import { StudentSearches } from './student-searches.ts'
import { StudentTable } from './student-table.ts'
import { WriteAheadLog } from './write-ahead-log.ts'
import { WriteQueue, writeLimits, type WriteLimits } from './write-queue.ts'

// A lock held longer is waited for without holding up the event loop, as this wait does.
const blockingWaitMs = 20

const never = new AbortController().signal

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
  readonly #searches: StudentSearches
  readonly #recorded: RecordedStudents
  readonly #archive: SqliteArchive
  readonly #log: WriteAheadLog

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
    this.#pages = new StudentPages(db)
    this.#keys = new IdempotencyKeys(db)
    this.#list = new CachedList(db, this.#students)
    this.#searches = new StudentSearches(path, () => this.#list.revision(), clock, limits)
    const history = new StudentHistory(db)
    this.#recorded = new RecordedStudents(this.#students, history)
    this.#merger = new StudentMerger(db, this.#students, this.#recorded)
    this.#archive = new SqliteArchive(this.#students, history, this.#keys)
    this.#log = new WriteAheadLog(db, clock)
    // An erasure whose process was killed before it had emptied the log.
    this.#log.empty()
  }

  list(): StudentList | Promise<StudentList> {
    return this.#read(() => this.#list.read())
  }

  listAtHand(): StudentList | undefined {
    try {
      return this.#list.read()
    } catch {
      // Asked again by `list`, it waits, or fails with the reason.
      return undefined
    }
  }

  async page(request: PageRequest, signal = never): Promise<StudentPage> {
    const page = await this.#read(() => this.#pageInOneSlice(request))
    return page ?? this.#searches.run(request, signal)
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

  add(student: NewStudent, context: WriteContext, key?: IdempotencyKey): Promise<Addition> {
    return this.#writes.run(
      () => this.#addOnce(student, key, this.#stamp(context)),
      (addition) => {
        if (addition.state === 'added' && !addition.replayed) this.#list.set(addition.student)
      },
      context.effort,
    )
  }

  change(
    id: number,
    changes: StudentChanges,
    expected: ExpectedVersion,
    context: WriteContext,
  ): Promise<Change> {
    return this.#writes.run(
      () => this.#changeOne(id, changes, expected, this.#stamp(context)),
      (change) => {
        if (change.state === 'changed') this.#list.set(change.student)
      },
      context.effort,
    )
  }

  remove(id: number, expected: ExpectedVersion, context: WriteContext): Promise<Removal> {
    return this.#writes.run(
      () => this.#removeOne(id, expected, this.#stamp(context)),
      ({ state }) => {
        if (state === 'removed') this.#list.remove(id)
      },
      context.effort,
    )
  }

  async merge(
    students: readonly NewStudent[],
    options: MergeOptions,
    context: WriteContext,
  ): Promise<MergeOutcome[]> {
    const merged = await this.#writes.run(
      () => this.#merger.merge(students, options, this.#stamp(context)),
      (merges) => {
        if (options.dryRun) return
        for (const { student } of merges) if (student) this.#list.set(student)
      },
      context.effort,
    )
    return merged.map(({ outcome }) => outcome)
  }

  async history(id: number, page: HistoryRequest): Promise<HistoryPage | undefined> {
    return this.#read(() => this.#archive.page(id, page))
  }

  async tombstone(id: number): Promise<Tombstone | undefined> {
    return this.#read(() => this.#archive.tombstone(id))
  }

  async holdings(id: number): Promise<Holdings | undefined> {
    return this.#read(() => this.#archive.holdings(id))
  }

  async erase(id: number, context: WriteContext): Promise<Erasure> {
    const erasure = await this.#writes.run(
      () => this.#archive.erase(id, this.#stamp(context)),
      (outcome) => {
        if (outcome.state === 'erased' && !outcome.repeated) this.#list.remove(id)
      },
      context.effort,
    )
    // Also where it repeats another, which may not have come to this.
    if (erasure.state === 'erased') this.#log.empty()
    return erasure
  }

  [Symbol.dispose](): void {
    this.#log.stop()
    this.#writes.close()
    this.#searches[Symbol.dispose]()
    this.#db.close()
  }

  /** In one transaction, so that a key is remembered where its student is there, and only there. */
  #addOnce(student: NewStudent, key: IdempotencyKey | undefined, stamp: Stamp): Addition {
    const first = key && this.#keys.recall(key, stamp.now)
    if (first) return first.state === 'email-taken' ? { ...first, ...this.#taken(student.email) } : first
    const addition = this.#addOne(student, stamp)
    if (key) this.#keys.remember(key, addition, stamp.now)
    return addition
  }

  #addOne(student: NewStudent, stamp: Stamp): Addition {
    const added = this.#recorded.insert(student, stamp)
    return added
      ? { state: 'added', student: added, replayed: false }
      : { ...this.#taken(student.email), replayed: false }
  }

  #taken(email: string): EmailTaken {
    return { state: 'email-taken', existing: this.#students.findByEmail(email)?.id }
  }

  #changeOne(id: number, changes: StudentChanges, expected: ExpectedVersion, stamp: Stamp): Change {
    const current = this.#students.find(id)
    if (!current) return { state: 'absent' }
    if (!isExpected(current, expected)) return { state: 'version-mismatch' }
    const student = this.#recorded.update(current, changes, stamp)
    if (student) return { state: 'changed', student }
    return this.#taken(changes.email ?? current.email)
  }

  #removeOne(id: number, expected: ExpectedVersion, stamp: Stamp): Removal {
    const current = this.#students.find(id)
    if (!current) return { state: 'absent' }
    if (!isExpected(current, expected)) return { state: 'version-mismatch' }
    this.#recorded.delete(current, stamp)
    this.#keys.erase(id)
    return { state: 'removed' }
  }

  #pageInOneSlice(request: PageRequest): StudentPage | undefined {
    const revision = this.#list.revision()
    const { done, value } = this.#pages.read(request).next()
    return done ? { revision, ...value } : undefined
  }

  #stamp(context: WriteContext): Stamp {
    return { context, now: this.#clock.now() }
  }

  #read<Result>(read: () => Result): Result | Promise<Result> {
    return whileBusy(read, this.#clock, this.#limits.waitMs)
  }
}

function isExpected({ version }: Student, expected: ExpectedVersion): boolean {
  return expected === 'any' || expected.includes(version)
}
