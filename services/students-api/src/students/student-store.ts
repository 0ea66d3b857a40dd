import type { PageRequest, Position } from './student-query.ts'
import type { Effort } from './effort.ts'
import type { NewStudent, Student, StudentChanges } from './student.ts'

/**
 * Where students are kept. Whoever has the answer to a write finds it in every later read, also after a crash. Each
 * method rejects with the database's own error where the database fails, and with `StoreUnavailable` where it cannot
 * answer in time.
 */
export interface StudentStore extends StudentReader, StudentWriter {}

export interface StudentReader {
  /** At once where nothing has to be waited for: this is what is asked for most. */
  list(): StudentList | Promise<StudentList>
  page(request: PageRequest): Promise<StudentPage>
  find(id: number): Promise<Student | undefined>
  /** Resolves when the database has answered. */
  ping(): Promise<void>
  /** For the metrics; asking costs next to nothing. */
  figures?(): StoreFigures
}

export interface StoreFigures {
  waitingWrites?: number
  /** Of the list that is kept ready; absent where none is. */
  listStudents?: number
  listBytes?: number
}

/** A write is done wholly or not at all. Two students never share an e-mail, compared by `emailKey`. */
export interface StudentWriter {
  add(student: NewStudent, key?: IdempotencyKey, effort?: Effort): Promise<Addition>
  change(id: number, changes: StudentChanges, expected: ExpectedVersion, effort?: Effort): Promise<Change>
  /** What was remembered with idempotency keys of the student goes too. */
  remove(id: number, expected: ExpectedVersion, effort?: Effort): Promise<Removal>
  /** Each student by itself, in this order, all in one write: what each came to. */
  merge(students: readonly NewStudent[], options: MergeOptions): Promise<MergeOutcome[]>
}

/** Every student in the order of ids. */
export interface StudentList {
  /** A JSON array in UTF-8. The bytes are shared: don't write to them. */
  body: Buffer
  revision: Revision
}

export interface StudentPage {
  students: Student[]
  /** Absent where nobody comes after. */
  next: Position | undefined
  revision: Revision
}

/** Names one state of all students: another one after every change, also by another process. */
export type Revision = string

/** The versions of a student that the client would have changed; none is what it has none of. */
export type ExpectedVersion = 'any' | readonly number[]

/** Makes an addition be done once: sent again within a day, it gets the first one's answer. */
export interface IdempotencyKey {
  principal: string
  route: string
  key: string
  payloadHash: string
}

export type Addition =
  | { state: 'added'; student: Student; replayed: boolean }
  | (EmailTaken & { replayed: boolean })
  /** The key came before, with another payload. */
  | { state: 'key-reused' }
  /** The key came before, and the student it made has been removed since. */
  | { state: 'removed-since' }

export interface MergeOptions {
  /** Whether a student whose e-mail is used is refused, or taken for what that one is to be. */
  mode: 'insert' | 'upsert'
  /** Tells what would be, and changes nothing. */
  dryRun: boolean
}
export type MergeOutcome = 'added' | 'changed' | 'unchanged' | 'email-taken'

export type Change = { state: 'changed'; student: Student } | EmailTaken | Unmet
export type Removal = { state: 'removed' } | Unmet

/** Another student has the e-mail: the one of the id, where that is known. */
export interface EmailTaken {
  state: 'email-taken'
  existing?: number | undefined
}

/** Nobody has the id, or the student is at another version than expected. */
export type Unmet = { state: 'absent' } | { state: 'version-mismatch' }

const reasons = {
  full: 'as many writes wait as may',
  late: 'the write waited too long',
  busy: 'another process holds the database locked',
  unreachable: 'the database cannot be reached',
  closed: 'the store is closed',
} as const

/** The store was not able to take this on; nothing of it has been done, and a later try may succeed. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly reason: keyof typeof reasons

  constructor(reason: keyof typeof reasons, options?: ErrorOptions) {
    super(reasons[reason], options)
    this.reason = reason
  }
}
