import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'

const retryMs = 1000

/** Whether the log is empty now: nobody reads from it. */
export function emptiesLog(db: DatabaseSync): boolean {
  return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0
}

/** SQLite's log of changes, which keeps older states of rows until it is emptied. */
export class WriteAheadLog {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  #cancelRetry: (() => void) | undefined

  constructor(db: DatabaseSync, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** Empties the log; where another connection still reads from it, such as a backup, as soon as that is over. */
  empty(): void {
    this.stop()
    if (!emptiesLog(this.#db)) this.#cancelRetry = this.#clock.after(retryMs, () => this.#retry())
  }

  /** Leaves a log that is held as it is. */
  stop(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
  }

  #retry(): void {
    try {
      this.empty()
    } catch {
      // Nobody waits for it any more; a disk that fails shows itself at the next write.
      this.#cancelRetry = this.#clock.after(retryMs, () => this.#retry())
    }
  }
}
