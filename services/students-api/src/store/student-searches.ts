import { setImmediate } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import type { PageRequest } from '../students/student-query.ts'
import { StoreUnavailable, type Revision, type StudentPage } from '../students/student-store.ts'
import { StudentPages } from './student-pages.ts'
import { Turns } from './turns.ts'
import type { WriteLimits } from './write-queue.ts'

const busyTimeoutMs = 20

/**
 * Pages that take longer to find than the event loop may be held up: one after another, a slice in each turn of the
 * loop. Each sees one state, that of a read transaction on a connection of its own.
 */
export class StudentSearches implements Disposable {
  readonly #path: string
  readonly #revision: () => Revision
  readonly #turns: Turns
  #isClosed = false

  /** @param revision Names the state there is. */
  constructor(path: string, revision: () => Revision, clock: Clock, limits: WriteLimits) {
    this.#path = path
    this.#revision = revision
    this.#turns = new Turns(clock, limits)
  }

  /** @throws {StoreUnavailable} and, once the signal is aborted, its reason. */
  async run(request: PageRequest, signal: AbortSignal): Promise<StudentPage> {
    await this.#turns.begin(signal)
    try {
      return await this.#search(request, signal)
    } finally {
      this.#turns.end()
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
  }

  async #search(request: PageRequest, signal: AbortSignal): Promise<StudentPage> {
    // Before the transaction begins: what another process commits in between is then in a page that counts as older.
    const revision = this.#revision()
    using db = new DatabaseSync(this.#path, { readOnly: true, timeout: busyTimeoutMs })
    db.exec('BEGIN')
    const slices = new StudentPages(db).read(request)
    for (;;) {
      const { done, value } = slices.next()
      if (done) return { revision, ...value }
      await setImmediate()
      signal.throwIfAborted()
      if (this.#isClosed) throw new StoreUnavailable('closed')
    }
  }
}
