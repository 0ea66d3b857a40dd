import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import type { Addition, IdempotencyKey } from '../src/students/student-store.ts'
import type { NewStudent } from '../src/students/student.ts'
import type { WriteContext } from '../src/students/write-context.ts'

const hasteMs = 20

/** Answers an addition 20 ms before it is committed: what it answers is right, only too early. */
export class HastyStudentStore extends SqliteStudentStore {
  /** When each that is answered and not yet added was answered. */
  readonly #instants: Date[]
  #lastId: number

  constructor(path: string) {
    const instants: Date[] = []
    super(path, { ...systemClock, now: () => instants.shift() ?? new Date() })
    this.#instants = instants
    using db = new DatabaseSync(path)
    this.#lastId = Number(db.prepare('SELECT max(id) AS id FROM students').get()?.['id'] ?? 0)
  }

  override async add(student: NewStudent, context: WriteContext, key?: IdempotencyKey): Promise<Addition> {
    const now = systemClock.now()
    this.#instants.push(now)
    const id = ++this.#lastId
    // Nobody is left to be told of a failure.
    setTimeout(() => void super.add(student, context, key).catch(() => {}), hasteMs)
    const [createdAt, updatedAt] = [now.toISOString(), now.toISOString()]
    return { state: 'added', student: { id, ...student, createdAt, updatedAt, version: 1 }, replayed: false }
  }
}
