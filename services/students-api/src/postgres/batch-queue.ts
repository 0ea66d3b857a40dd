import type { Clock } from '../clock.ts'
import type { WriteLimits } from '../store/write-queue.ts'
import { StoreUnavailable } from '../students/student-store.ts'
import { PostgresFailure } from './postgres-failure.ts'

interface Entry<Job, Result> {
  job: Job
  queuedAtMs: number
  resolve: (result: Result) => void
  refuse: (error: unknown) => void
}

/**
 * Group commit: while one batch is under way all that arrives gathers, and is the next one. A job that fails takes no
 * other with it: its batch is rolled back and done one by one.
 */
export class BatchQueue<Job, Result> {
  readonly #commit: (jobs: readonly Job[]) => Promise<readonly Result[]>
  readonly #clock: Clock
  readonly #limits: WriteLimits
  #waiting: Entry<Job, Result>[] = []
  #draining: Promise<void> | undefined
  #underWay: Promise<void> = Promise.resolve()
  #isClosed = false

  /** @param commit Resolves with a result for each job once all are committed; else none of them is done. */
  constructor(
    commit: (jobs: readonly Job[]) => Promise<readonly Result[]>,
    clock: Clock,
    limits: WriteLimits,
  ) {
    this.#commit = commit
    this.#clock = clock
    this.#limits = limits
  }

  /** @throws {StoreUnavailable} */
  run(job: Job): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new StoreUnavailable('closed'))
    if (this.#waiting.length >= this.#limits.waiting) return Promise.reject(new StoreUnavailable('full'))
    const { promise, resolve, reject: refuse } = Promise.withResolvers<Result>()
    this.#waiting.push({ job, queuedAtMs: this.#clock.elapsedMs(), resolve, refuse })
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
    for (const { refuse } of this.#waiting.splice(0)) refuse(new StoreUnavailable('closed'))
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
      const results = await this.#commit(batch.map(({ job }) => job))
      batch.forEach(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      await this.#settleFailed(batch, error)
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
    const late = this.#waiting.splice(0, inTime === -1 ? this.#waiting.length : inTime)
    for (const { refuse } of late) refuse(new StoreUnavailable('late'))
  }
}
