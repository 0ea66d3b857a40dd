import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import type { StudentStore } from '../students/student-store.ts'
import { emailKey, type NewStudent, type Student } from '../students/student.ts'
import { whileBusy } from './busy.ts'
import { openDatabase } from './database.ts'
import { StudentList } from './student-list.ts'
import { WriteQueue, writeLimits, type WriteLimits } from './write-queue.ts'

const columns = 'id, name, domain, gpa, email, created_at, updated_at, version'

// The e-mail is looked up rather than left to ON CONFLICT, which would cost each duplicate an id and a sync to disk:
// AUTOINCREMENT counts up before the conflict is found. Nothing can come between within one write transaction.
const insertUnlessTaken = `
  INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  SELECT :name, :domain, :gpa, :email, :emailKey, :now, :now, 1
  WHERE NOT EXISTS (SELECT 1 FROM students WHERE email_key = :emailKey)
  RETURNING ${columns}`

// A lock held longer is waited for without holding up the event loop, as this wait does.
const blockingWaitMs = 20

/** Students in one SQLite file. */
export class SqliteStudentStore implements StudentStore, Disposable {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #limits: WriteLimits
  readonly #writes: WriteQueue
  readonly #selectAll: StatementSync
  readonly #selectOne: StatementSync
  readonly #insert: StatementSync
  readonly #dataVersion: StatementSync
  #list: StudentList | undefined
  #version: SQLOutputValue | undefined
  #isVersionFresh = false

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
    this.#selectAll = db.prepare(`SELECT ${columns} FROM students ORDER BY id`)
    this.#selectOne = db.prepare(`SELECT ${columns} FROM students WHERE id = ?`)
    this.#insert = db.prepare(insertUnlessTaken)
    this.#dataVersion = db.prepare('PRAGMA data_version')
  }

  list(): Promise<Buffer> {
    return this.#read(() => this.#currentList().body())
  }

  find(id: number): Promise<Student | undefined> {
    return this.#read(() => {
      const row = this.#selectOne.get(id)
      return row && toStudent(row)
    })
  }

  add(student: NewStudent): Promise<Student | undefined> {
    return this.#writes.run(
      () => this.#insertOne(student),
      // After COMMIT, before the answer: readers read their writes, and never what was rolled back.
      (added) => added && this.#list?.set(added.id, JSON.stringify(added)),
    )
  }

  async ping(): Promise<void> {
    await this.#read(() => this.#selectOne.get(0))
  }

  [Symbol.dispose](): void {
    this.#writes.close()
    this.#db.close()
  }

  #insertOne({ name, domain, gpa, email }: NewStudent): Student | undefined {
    const now = this.#clock.now().toISOString()
    const row = this.#insert.get({ name, domain, gpa, email, emailKey: emailKey(email), now })
    return row && toStudent(row)
  }

  #read<Result>(read: () => Result): Promise<Result> {
    return whileBusy(read, this.#clock, this.#limits.waitMs)
  }

  #currentList(): StudentList {
    if (this.#hasForeignWrites()) this.#list = undefined
    this.#list ??= this.#readList()
    return this.#list
  }

  /**
   * `data_version` changes when another connection has written: a second process, or someone's sqlite3 shell. Asking
   * takes a lock on the file, so it is asked once for all requests of one turn of the event loop.
   */
  #hasForeignWrites(): boolean {
    if (this.#isVersionFresh) return false
    this.#isVersionFresh = true
    setImmediate(() => {
      this.#isVersionFresh = false
    })
    const previous = this.#version
    this.#version = this.#dataVersion.get()?.['data_version']
    return this.#version !== previous
  }

  #readList(): StudentList {
    const list = new StudentList()
    for (const row of this.#selectAll.iterate()) {
      const student = toStudent(row)
      list.set(student.id, JSON.stringify(student))
    }
    return list
  }
}

// node:sqlite's rows have no prototype, and such objects stringify 3 to 4 times slower.
function toStudent(row: Record<string, SQLOutputValue>): Student {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    domain: String(row['domain']),
    gpa: Number(row['gpa']),
    email: String(row['email']),
    createdAt: String(row['created_at']),
    updatedAt: String(row['updated_at']),
    version: Number(row['version']),
  }
}
