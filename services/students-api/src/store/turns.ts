import type { Clock } from '../clock.ts'
import { StoreUnavailable } from '../students/student-store.ts'
import type { WriteLimits } from './write-queue.ts'

/** One at a time, in the order they came; who has waited too long is refused. */
export class Turns {
  readonly #clock: Clock
  readonly #limits: Omit<WriteLimits, 'batch'>
  #isTaken = false
  #waiting: (() => void)[] = []

  constructor(clock: Clock, limits: Omit<WriteLimits, 'batch'>) {
    this.#clock = clock
    this.#limits = limits
  }

  /**
   * Resolves when it is the caller's turn, which lasts until `end`.
   * @throws {StoreUnavailable} and the signal's reason.
   */
  async begin(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#isTaken) await this.#wait(signal)
    this.#isTaken = true
  }

  end(): void {
    const next = this.#waiting.shift()
    // The turn goes over to the next one at once, so that nobody who comes now gets in between.
    if (next) next()
    else this.#isTaken = false
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting) return Promise.reject(new StoreUnavailable('full'))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = (reason: unknown) => {
      this.#waiting = this.#waiting.filter((other) => other !== resolve)
      reject(reason)
    }
    const giveUp = () => leave(signal.reason)
    const undo = this.#clock.after(this.#limits.waitMs, () => leave(new StoreUnavailable('late')))
    signal.addEventListener('abort', giveUp, { once: true })
    this.#waiting.push(resolve)
    return promise.finally(() => {
      undo()
      signal.removeEventListener('abort', giveUp)
    })
  }
}
