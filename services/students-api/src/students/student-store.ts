import type { NewStudent, Student } from './student.ts'

/**
 * Where students are kept. Whoever has the answer to a write finds it in every later read, also after a crash. Each
 * method rejects with the database's own error where the database fails, and with `StoreUnavailable` where it cannot
 * answer in time.
 */
export interface StudentStore extends StudentReader, StudentWriter {}

export interface StudentReader {
  /** Every student in the order of ids, as a JSON array in UTF-8. The bytes are shared: don't write to them. */
  list(): Promise<Buffer>
  find(id: number): Promise<Student | undefined>
  /** Resolves when the database has answered. */
  ping(): Promise<void>
}

export interface StudentWriter {
  /** Resolves to `undefined` where another student has the e-mail, compared by `emailKey`. */
  add(student: NewStudent): Promise<Student | undefined>
}

const reasons = {
  full: 'as many writes wait as may',
  late: 'the write waited too long',
  busy: 'another process holds the database locked',
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
