import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { writeLimits, type WriteLimits } from '../store/write-queue.ts'
import type { Tombstone } from '../students/history-record.ts'
import type { PageRequest } from '../students/student-query.ts'
import type {
  Addition,
  Change,
  Erasure,
  ExpectedVersion,
  HistoryPage,
  HistoryRequest,
  Holdings,
  IdempotencyKey,
  MergeOptions,
  MergeOutcome,
  Removal,
  StudentList,
  StudentPage,
  StudentStore,
} from '../students/student-store.ts'
import type { NewStudent, Student, StudentChanges } from '../students/student.ts'
import type { WriteContext } from '../students/write-context.ts'
import { BatchQueue } from './batch-queue.ts'
import { CommitUncertain, ConnectionPool, type Connection, type PostgresAddress } from './connection-pool.ts'
import { prepareDatabase } from './opening.ts'
import { readHoldings } from './erasures.ts'
import type { Merged } from './merges.ts'
import { PostgresFailure } from './postgres-failure.ts'
import { addRecorded, isPlain } from './recorded-additions.ts'
import { withRetries } from './retries.ts'
import { countBatch, enterWriter, isLastBatch } from './revisions.ts'
import { SharedList, type ListChange } from './shared-list.ts'
import { readHistoryPage, readTombstone } from './student-history.ts'
import { readPage } from './student-pages.ts'
import { findStudent } from './student-table.ts'
import { writeAll, type Outcome, type Write } from './write-batch.ts'

interface Written {
  outcomes: readonly Outcome[]
  /** The count of this process's batches with this one; absent where it has left all students as they were. */
  own: number | undefined
}

/** Students in a PostgreSQL database, which other processes may serve too. */
export class PostgresStudentStore implements StudentStore, AsyncDisposable {
  readonly #pool: ConnectionPool
  readonly #clock: Clock
  readonly #limits: WriteLimits
  /** Names this process among those that write. */
  readonly #writer = randomUUID()
  readonly #writes: BatchQueue<Write, Outcome>
  readonly #list: SharedList

  private constructor(pool: ConnectionPool, clock: Clock, limits: WriteLimits) {
    this.#pool = pool
    this.#clock = clock
    this.#limits = limits
    this.#writes = new BatchQueue((writes, began) => this.#commit(writes, began), clock, limits)
    this.#list = new SharedList(pool, this.#writer, () => this.#writes.settled())
  }

  /** @throws {DatabaseUnusable} */
  static async open(
    address: PostgresAddress,
    clock: Clock,
    limits: WriteLimits = writeLimits,
  ): Promise<PostgresStudentStore> {
    const pool = new ConnectionPool(address, limits)
    try {
      await prepareDatabase(pool, address)
      const store = new PostgresStudentStore(pool, clock, limits)
      await enterWriter(pool, store.#writer)
      return store
    } catch (error) {
      await pool.end()
      throw error
    }
  }

  list(): Promise<StudentList> {
    return this.#retried(() => this.#list.read())
  }

  page(request: PageRequest): Promise<StudentPage> {
    return this.#retried(() => readPage(this.#pool, request))
  }

  find(id: number): Promise<Student | undefined> {
    return this.#retried(() => findStudent(this.#pool, id))
  }

  ping(): Promise<void> {
    return this.#retried(() => this.#pool.ping())
  }

  // Each kind of write has outcomes of its own kind.

  add(student: NewStudent, context: WriteContext, key?: IdempotencyKey): Promise<Addition> {
    return this.#write({ kind: 'add', student, key, context })
  }

  change(
    id: number,
    changes: StudentChanges,
    expected: ExpectedVersion,
    context: WriteContext,
  ): Promise<Change> {
    return this.#write({ kind: 'change', id, changes, expected, context })
  }

  remove(id: number, expected: ExpectedVersion, context: WriteContext): Promise<Removal> {
    return this.#write({ kind: 'remove', id, expected, context })
  }

  async merge(
    students: readonly NewStudent[],
    options: MergeOptions,
    context: WriteContext,
  ): Promise<MergeOutcome[]> {
    const merged = await this.#write<Merged>({ kind: 'merge', students, options, context })
    return [...merged.outcomes]
  }

  history(id: number, page: HistoryRequest): Promise<HistoryPage | undefined> {
    return this.#retried(() => readHistoryPage(this.#pool, id, page))
  }

  tombstone(id: number): Promise<Tombstone | undefined> {
    return this.#retried(() => readTombstone(this.#pool, id))
  }

  holdings(id: number): Promise<Holdings | undefined> {
    const read = () => this.#pool.inTransaction((connection) => readHoldings(connection, id))
    return this.#retried(() => read().catch(askedAgain))
  }

  erase(id: number, context: WriteContext): Promise<Erasure> {
    return this.#write({ kind: 'erase', id, context })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes.close()
    await this.#pool.end()
  }

  #write<Done extends Outcome>(write: Write): Promise<Done> {
    return this.#writes.run(write, write.context.effort) as Promise<Done>
  }

  #retried<Result>(work: () => Promise<Result>): Promise<Result> {
    return withRetries(work, this.#clock, this.#limits.waitMs)
  }

  /** What is written reaches the list after COMMIT, before the answer. */
  async #commit(writes: readonly Write[], began: () => void): Promise<readonly Outcome[]> {
    try {
      const { outcomes, own } = await this.#retried(() => {
        began()
        return this.#tryBatch(writes)
      })
      if (own !== undefined) this.#list.apply(listChange(writes, outcomes, own))
      return outcomes
    } catch (error) {
      if (isTakenMeanwhile(writes, error)) return [{ state: 'email-taken' }]
      throw error
    }
  }

  async #tryBatch(writes: readonly Write[]): Promise<Written> {
    const batch = randomUUID()
    let written: Written | undefined
    try {
      return await this.#pool.inTransaction(async (connection) => {
        written = await this.#writeAndCount(connection, writes, batch)
        return written
      })
    } catch (error) {
      if (!(error instanceof CommitUncertain && written)) throw error
      return await this.#settleUncertain(error, written, batch)
    }
  }

  async #writeAndCount(connection: Connection, writes: readonly Write[], id: string): Promise<Written> {
    const now = this.#clock.now()
    const batch = { id, writer: this.#writer }
    if (writes.every(isPlain)) return addRecorded(connection, writes, now, batch)
    const { outcome: outcomes, entries } = await writeAll(connection, writes, now)
    const own = entries.length > 0 ? await countBatch(connection, { ...batch, entries }) : undefined
    return { outcomes, own }
  }

  /**
   * The row that counts the batch is there where its students and keys are, and only there. A batch that changed no
   * student has none: done again, it comes to the same.
   * @throws {PostgresFailure} where nothing was done, {CommitUncertain} where that can't be found out.
   */
  async #settleUncertain(uncertain: CommitUncertain, written: Written, batch: string): Promise<Written> {
    const isCommitted = await this.#retried(() => isLastBatch(this.#pool, this.#writer, batch)).catch(() => {
      throw uncertain
    })
    if (isCommitted) return written
    throw uncertain.cause
  }
}

/** What has only been read may be read again. */
function askedAgain(error: unknown): never {
  throw error instanceof CommitUncertain ? error.cause : error
}

/** Of two who gave students one e-mail at once, the later. */
function isTakenMeanwhile([write, ...others]: readonly Write[], error: unknown): boolean {
  const isDuplicate = error instanceof PostgresFailure && error.sqlState === '23505'
  return isDuplicate && others.length === 0 && write?.kind === 'change'
}

function isNew(outcome: Outcome): boolean {
  if (outcome.state === 'added') return !outcome.replayed
  if (outcome.state === 'erased') return !outcome.repeated
  if (outcome.state === 'merged') return outcome.written.length > 0
  return outcome.state === 'changed' || outcome.state === 'removed'
}

function listChange(writes: readonly Write[], outcomes: readonly Outcome[], own: number): ListChange {
  const set = outcomes.flatMap((outcome) => {
    if (outcome.state === 'merged') return outcome.written
    return 'student' in outcome && isNew(outcome) ? [outcome.student] : []
  })
  const removed = writes.flatMap((write, index) =>
    (write.kind === 'remove' || write.kind === 'erase') && isNew(outcomes[index]!) ? [write.id] : [],
  )
  return { own, set, removed }
}
