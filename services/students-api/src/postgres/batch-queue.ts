import type { Clock } from '../clock.ts'
import type { WriteLimits } from '../store/write-queue.ts'
import { noteWait, type Effort } from '../students/effort.ts'
import { StoreUnavailable } from '../students/student-store.ts'
import { PostgresFailure } from './postgres-failure.ts'

/**
 * Resolves with a result for each job once all are committed; else none of them is done.
 * @param began To be called as each try begins.
 */
type Commit<Job, Result> = (jobs: readonly Job[], began: () => void) => Promise<readonly Result[]>

interface Entry<Job, Result> {
  job: Job
  effort: Effort | undefined
  queuedAtMs: number
  resolve: (result: Result) => void
  refuse: (error: unknown) => void
}

/**
 * Group commit: while one batch is under way all that arrives gathers, and is the next one. A job that fails takes no
 * other with it: its batch is rolled back and done one by one.
 */
export class BatchQueue<Job, Result> {
  readonly #commit: Commit<Job, Result>
  readonly #clock: Clock
  readonly #limits: WriteLimits
  #waiting: Entry<Job, Result>[] = []
  #draining: Promise<void> | undefined
  #underWay: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(commit: Commit<Job, Result>, clock: Clock, limits: WriteLimits) {
    this.#commit = commit
    this.#clock = clock
    this.#limits = limits
  }

  /** @throws {StoreUnavailable} */
  run(job: Job, effort?: Effort): Promise<Result> {
    const queuedAtMs = this.#clock.elapsedMs()
    const isFull = this.#waiting.length >= this.#limits.waiting
    if (this.#isClosed || isFull) {
      noteWait(effort, queuedAtMs, queuedAtMs)
      return Promise.reject(new StoreUnavailable(this.#isClosed ? 'closed' : 'full'))
    }
    const { promise, resolve, reject: refuse } = Promise.withResolvers<Result>()
    this.#waiting.push({ job, effort, queuedAtMs, resolve, refuse })
    this.#draining ??= this.#drain()
    return promise
  }

  /** Resolves when what is being committed now has been, or has failed. */
  settled(): Promise<void> {
    return this.#underWay
  }

  /** Refuses what still waits. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#refuse(this.#waiting.length, 'closed')
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What else arrives in this turn of the loop comes along.
      await new Promise((resolve) => setImmediate(resolve))
      this.#refuseLate()
      this.#underWay = this.#settle(this.#waiting.splice(0, this.#limits.batch))
      await this.#underWay
    }
    // In the same breath as the look at what waits, so that nobody joins a queue that has ended.
    this.#draining = undefined
  }

  async #settle(batch: readonly Entry<Job, Result>[]): Promise<void> {
    if (batch.length === 0) return
    try {
      const results = await this.#commitTimed(batch)
      batch.forEach(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      await this.#settleFailed(batch, error)
    }
  }

  async #commitTimed(batch: readonly Entry<Job, Result>[]): Promise<readonly Result[]> {
    let startedMs = this.#clock.elapsedMs()
    const began = () => {
      startedMs = this.#clock.elapsedMs()
      for (const { effort, queuedAtMs } of batch) {
        noteWait(effort, queuedAtMs, startedMs)
        if (effort) effort.attempts++
      }
    }
    try {
      return await this.#commit(
        batch.map(({ job }) => job),
        began,
      )
    } finally {
      const databaseMs = this.#clock.elapsedMs() - startedMs
      for (const { effort } of batch) if (effort) effort.databaseMs = databaseMs
    }
  }

  async #settleFailed(batch: readonly Entry<Job, Result>[], error: unknown): Promise<void> {
    const isOfOne = error instanceof PostgresFailure && batch.length > 1
    if (isOfOne) for (const entry of batch) await this.#settle([entry])
    else for (const { refuse } of batch) refuse(error)
  }

  #refuseLate(): void {
    const latestMs = this.#clock.elapsedMs() - this.#limits.waitMs
    const inTime = this.#waiting.findIndex(({ queuedAtMs }) => queuedAtMs >= latestMs)
    this.#refuse(inTime === -1 ? this.#waiting.length : inTime, 'late')
  }

  #refuse(count: number, reason: StoreUnavailable['reason']): void {
    const nowMs = this.#clock.elapsedMs()
    for (const { effort, queuedAtMs, refuse } of this.#waiting.splice(0, count)) {
      noteWait(effort, queuedAtMs, nowMs)
      refuse(new StoreUnavailable(reason))
    }
  }
}
