import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import type { StudentStore } from '../students/student-store.ts'
import { emailKey, type NewStudent, type Student } from '../students/student.ts'
import { openDatabase } from './database.ts'
import { StudentList } from './student-list.ts'
import { inTransaction } from './transaction.ts'

const columns = 'id, name, domain, gpa, email, created_at, updated_at, version'

// The e-mail is looked up rather than left to ON CONFLICT, which would cost each duplicate an id and a sync to disk:
// AUTOINCREMENT counts up before the conflict is found. Nothing can come between within one write transaction.
const insertUnlessTaken = `
  INSERT INTO students (name, domain, gpa, email, email_key, created_at, updated_at, version)
  SELECT :name, :domain, :gpa, :email, :emailKey, :now, :now, 1
  WHERE NOT EXISTS (SELECT 1 FROM students WHERE email_key = :emailKey)
  RETURNING ${columns}`

/** Students in one SQLite file. */
export class SqliteStudentStore implements StudentStore, Disposable {
  readonly #db: DatabaseSync
  readonly #clock: Clock
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
  constructor(path: string, clock: Clock) {
    const db = openDatabase(path)
    this.#db = db
    this.#clock = clock
    this.#selectAll = db.prepare(`SELECT ${columns} FROM students ORDER BY id`)
    this.#selectOne = db.prepare(`SELECT ${columns} FROM students WHERE id = ?`)
    this.#insert = db.prepare(insertUnlessTaken)
    this.#dataVersion = db.prepare('PRAGMA data_version')
  }

  async list(): Promise<Buffer> {
    return this.#currentList().body()
  }

  async find(id: number): Promise<Student | undefined> {
    const row = this.#selectOne.get(id)
    return row && toStudent(row)
  }

  async add({ name, domain, gpa, email }: NewStudent): Promise<Student | undefined> {
    const now = this.#clock.now().toISOString()
    const values = { name, domain, gpa, email, emailKey: emailKey(email), now }
    const row = inTransaction(this.#db, () => this.#insert.get(values))
    if (!row) return undefined
    const student = toStudent(row)
    // After COMMIT, before the answer: readers read their writes, and never what was rolled back.
    this.#list?.append(JSON.stringify(student))
    return student
  }

  async ping(): Promise<void> {
    this.#selectOne.get(0)
  }

  [Symbol.dispose](): void {
    this.#db.close()
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
    for (const row of this.#selectAll.iterate()) list.append(JSON.stringify(toStudent(row)))
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
