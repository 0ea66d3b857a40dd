import type { PageRequest, Position } from './student-query.ts'
import type { HistoryRecord, Tombstone } from './history-record.ts'
import type { NewStudent, Student, StudentChanges } from './student.ts'
import type { WriteContext } from './write-context.ts'

/**
 * Where students are kept. Whoever has the answer to a write finds it in every later read, also after a crash. Each
 * method rejects with the database's own error where the database fails, and with `StoreUnavailable` where it cannot
 * answer in time.
 */
export interface StudentStore extends StudentReader, StudentWriter, StudentArchive {}

export interface StudentReader {
  /** At once where nothing has to be waited for: this is what is asked for most. */
  list(): StudentList | Promise<StudentList>
  /** Of a store that keeps the list: the same, where it can be told without waiting. Never throws. */
  listAtHand?(): StudentList | undefined
  /** @param signal Nobody waits for the page any longer: a store may then give up, and rejects with its reason. */
  page(request: PageRequest, signal?: AbortSignal): Promise<StudentPage>
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
  add(student: NewStudent, context: WriteContext, key?: IdempotencyKey): Promise<Addition>
  change(
    id: number,
    changes: StudentChanges,
    expected: ExpectedVersion,
    context: WriteContext,
  ): Promise<Change>
  /** What was remembered with idempotency keys of the student goes too. */
  remove(id: number, expected: ExpectedVersion, context: WriteContext): Promise<Removal>
  /** Each student by itself, in this order, all in one write: what each came to. */
  merge(
    students: readonly NewStudent[],
    options: MergeOptions,
    context: WriteContext,
  ): Promise<MergeOutcome[]>
}

/**
 * What became of students. Each write that is done leaves a record in its own transaction; one that is refused, that
 * repeats another by its key, or that only tries, leaves none.
 */
export interface StudentArchive {
  /** Nothing where no student ever had the id; no records where the student is older than the history. */
  history(id: number, page: HistoryRequest): Promise<HistoryPage | undefined>
  /** What an erased student has left. */
  tombstone(id: number): Promise<Tombstone | undefined>
  /** All that is kept on a student, in one state, but for the history up to there. Nothing where no student ever had the id. */
  holdings(id: number): Promise<Holdings | undefined>
  /** Takes away the student, where there still is one, and every value kept of it, and leaves a tombstone. */
  erase(id: number, context: WriteContext): Promise<Erasure>
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

export interface HistoryRequest {
  limit: number
  /** The version that the page before ended with. */
  after?: number
}

/** The oldest record first. */
export interface HistoryPage {
  records: HistoryRecord[]
  /** Whether there are records after these. */
  hasMore: boolean
}

export interface Holdings {
  student: Student | null
  idempotencyKeys: KeptAnswer[]
  /** With which the history ends; 0 where there is none. */
  lastVersion: number
}

/** What an addition with an Idempotency-Key was answered, kept for its repeats. */
export interface KeptAnswer {
  principal: string
  route: string
  key: string
  at: string
  answer: Student
}

export type Erasure = { state: 'erased'; tombstone: Tombstone; repeated: boolean } | { state: 'absent' }

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
  full: 'as many wait as may',
  late: 'it waited too long',
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
