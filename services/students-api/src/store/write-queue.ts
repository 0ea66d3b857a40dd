import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import { noteWait, type Effort } from '../students/effort.ts'
import { StoreUnavailable } from '../students/student-store.ts'
import { backoffMs, isBusy } from './busy.ts'
import { inTransaction } from './transaction.ts'

/** Bounds of what waits to be written. */
export interface WriteLimits {
  /** Writes in one transaction. */
  batch: number
  /** Writes waiting; more are refused at once. */
  waiting: number
  /** How long a write may wait for others to come along. */
  gatherMs: number
  /** A write that has waited longer is refused rather than done late, when its client may have given up. */
  waitMs: number
}

export const writeLimits: WriteLimits = { batch: 500, waiting: 5000, gatherMs: 4, waitMs: 2000 }

/** With fewer that wait, it is not likely that another comes in time. */
const fewestSiblings = 5

interface Entry {
  queuedAtMs: number
  effort: Effort | undefined
  /** Does the work inside the transaction. Returns what is left to do once that has been committed. */
  run(): () => void
  refuse(error: unknown): void
}

/**
 * Group commit: writes that arrive in one turn of the event loop, and in the few after it, share a transaction, and so a sync
 * to disk, which costs ten times the rest. A write that fails takes no other with it: its batch is rolled back and done one by one.
 */
export class WriteQueue {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #limits: WriteLimits
  #waiting: Entry[] = []
  /** Set while the next batch is due; undoes that. */
  #cancelNext: (() => void) | undefined
  /** How many of the first in the queue are to be committed alone, since together they failed. */
  #alone = 0
  /** The tries in a row that another connection's lock was in the way of, and the last of its errors. */
  #busy: { attempts: number; cause: unknown } | undefined
  /** What the last transaction took. */
  #lastMs = 0
  #isClosed = false

  constructor(db: DatabaseSync, clock: Clock, limits: WriteLimits) {
    this.#db = db
    this.#clock = clock
    this.#limits = limits
  }

  /**
   * @param work Runs inside the transaction, more than once where a try fails: it must change nothing but the database.
   * @param committed Runs after COMMIT and before any write of the batch is answered.
   * @throws {StoreUnavailable}
   */
  run<Result>(work: () => Result, committed: (result: Result) => void, effort?: Effort): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const result = work()
        return () => {
          committed(result)
          resolve(result)
        }
      }
      this.#add({ queuedAtMs: this.#clock.elapsedMs(), effort, run, refuse: reject })
    })
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Refuses what still waits. */
  close(): void {
    this.#isClosed = true
    this.#cancelNext?.()
    this.#refuse(this.#waiting.length, new StoreUnavailable('closed'))
  }

  #add(entry: Entry): void {
    const isFull = this.#waiting.length >= this.#limits.waiting
    if (this.#isClosed || isFull) {
      noteWait(entry.effort, entry.queuedAtMs, entry.queuedAtMs)
      entry.refuse(new StoreUnavailable(this.#isClosed ? 'closed' : 'full'))
    } else {
      this.#waiting.push(entry)
      this.#commitInNextTurn()
    }
  }

  #commitInNextTurn(): void {
    if (this.#cancelNext || this.#waiting.length === 0) return
    const { length } = this.#waiting
    const immediate = setImmediate(() => {
      this.#cancelNext = undefined
      if (this.#gathers(length)) this.#commitInNextTurn()
      else this.#commitBatch()
    })
    this.#cancelNext = () => clearImmediate(immediate)
  }

  /**
   * Whether the next turn may bring more that is worth waiting for: this one did, or several wait, and have not yet waited
   * half as long as the last transaction took. PostgreSQL's `commit_delay` and `commit_siblings` are the same bet. A write
   * that comes alone is not held up.
   */
  #gathers(before: number): boolean {
    const { length, 0: first } = this.#waiting
    if (!first || length >= this.#limits.batch || this.#alone > 0) return false
    const waitedMs = this.#clock.elapsedMs() - first.queuedAtMs
    if (waitedMs >= this.#limits.gatherMs) return false
    return length > before || (length >= fewestSiblings && waitedMs < this.#lastMs / 2)
  }

  /** One batch, then the loop's other work: a long queue doesn't keep anybody else waiting. */
  #commitBatch(): void {
    this.#cancelNext = undefined
    this.#refuseLate()
    const batch = this.#waiting.slice(0, this.#alone > 0 ? 1 : this.#limits.batch)
    if (batch.length === 0) return
    for (const settle of this.#tryBatch(batch)) settle()
    this.#commitInNextTurn()
  }

  /** What is left to do now that it is committed; nothing where it is not. */
  #tryBatch(batch: readonly Entry[]): (() => void)[] {
    const startedMs = this.#clock.elapsedMs()
    try {
      const afterwards = inTransaction(this.#db, () => batch.map((entry) => entry.run()))
      this.#busy = undefined
      this.#remove(batch.length)
      return afterwards
    } catch (error) {
      this.#failed(batch, error)
      return []
    } finally {
      this.#noteEffort(batch, startedMs)
    }
  }

  #noteEffort(batch: readonly Entry[], startedMs: number): void {
    const databaseMs = this.#clock.elapsedMs() - startedMs
    this.#lastMs = databaseMs
    for (const { effort, queuedAtMs } of batch) {
      if (!effort) continue
      noteWait(effort, queuedAtMs, startedMs)
      effort.databaseMs = databaseMs
      effort.attempts++
    }
  }

  #failed(batch: readonly Entry[], error: unknown): void {
    if (isBusy(error)) this.#tryLater(error)
    else if (batch.length === 1) this.#refuse(1, error)
    else this.#alone = batch.length
  }

  #tryLater(cause: unknown): void {
    const attempts = (this.#busy?.attempts ?? 0) + 1
    this.#busy = { attempts, cause }
    this.#cancelNext = this.#clock.after(backoffMs(attempts), () => this.#commitBatch())
  }

  #refuseLate(): void {
    const latestMs = this.#clock.elapsedMs() - this.#limits.waitMs
    const inTime = this.#waiting.findIndex(({ queuedAtMs }) => queuedAtMs >= latestMs)
    const late = inTime === -1 ? this.#waiting.length : inTime
    if (late > 0) {
      this.#refuse(late, new StoreUnavailable(this.#busy ? 'busy' : 'late', { cause: this.#busy?.cause }))
    }
  }

  #refuse(count: number, error: unknown): void {
    const nowMs = this.#clock.elapsedMs()
    for (const entry of this.#remove(count)) {
      noteWait(entry.effort, entry.queuedAtMs, nowMs)
      entry.refuse(error)
    }
  }

  #remove(count: number): Entry[] {
    this.#alone = Math.max(0, this.#alone - count)
    return this.#waiting.splice(0, count)
  }
}
