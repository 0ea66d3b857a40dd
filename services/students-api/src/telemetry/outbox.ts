import type { Clock } from '../clock.ts'
import type { Receipt } from './collector.ts'

export interface OutboxLimits {
  /** Items that may wait; more are dropped. */
  waiting: number
  /** Items sent at once. */
  batch: number
  /** How long an item waits for others to come along. */
  gatherMs: number
}

// Encoding a batch holds up the event loop, 256 spans for 1 ms.
export const outboxLimits: OutboxLimits = { waiting: 4096, batch: 256, gatherMs: 1000 }

export interface OutboxFigures {
  sent: number
  dropped: number
  waiting: number
}

/** What it is given to work with. */
export interface Delivery<Item> {
  /** Makes the batch ready once; what is returned tries to deliver it. */
  pack(items: readonly Item[]): (stop: AbortSignal) => Promise<Receipt>
  /** Hears what became of each try. */
  heard(receipt: Receipt): void
}

const shortestBackoffMs = 1000
const longestBackoffMs = 30_000

/**
 * Items on their way to a collector: gathered, sent batch after batch, kept while the collector is busy or away. Whoever
 * puts one in never waits; memory is bounded, since what comes when it is full is dropped and counted.
 */
export class Outbox<Item> {
  readonly #delivery: Delivery<Item>
  readonly #clock: Clock
  readonly #limits: OutboxLimits
  readonly #stop = new AbortController()
  readonly #waiting: Item[] = []
  #sent = 0
  #dropped = 0
  #cancelNext: (() => void) | undefined
  #sending: Promise<void> | undefined
  /** Ends the pause before the next try. */
  #endPause: (() => void) | undefined
  #isClosing = false

  constructor(delivery: Delivery<Item>, clock: Clock, limits: OutboxLimits = outboxLimits) {
    this.#delivery = delivery
    this.#clock = clock
    this.#limits = limits
  }

  figures(): OutboxFigures {
    return { sent: this.#sent, dropped: this.#dropped, waiting: this.#waiting.length }
  }

  put(item: Item): void {
    if (this.#isClosing || this.#waiting.length >= this.#limits.waiting) {
      this.#dropped++
      return
    }
    this.#waiting.push(item)
    this.#schedule()
  }

  /** Tries once more to send what waits, for `limitMs` at most; the rest is dropped. */
  async close(limitMs: number): Promise<void> {
    this.#isClosing = true
    const cancel = this.#clock.after(limitMs, () => this.#stop.abort())
    this.#endPause?.()
    this.#schedule()
    while (this.#sending) await this.#sending
    cancel()
  }

  #schedule(): void {
    if (this.#sending || this.#waiting.length === 0) return
    if (this.#isClosing || this.#waiting.length >= this.#limits.batch) this.#begin()
    else this.#cancelNext ??= this.#clock.after(this.#limits.gatherMs, () => this.#begin())
  }

  #begin(): void {
    this.#cancelNext?.()
    this.#cancelNext = undefined
    this.#sending = this.#sendBatch()
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, this.#limits.batch)
    const rejected = await this.#deliver(batch).catch(() => {
      this.#delivery.heard({ state: 'refused', reason: 'a batch could not be encoded' })
      return batch.length
    })
    this.#waiting.splice(0, batch.length)
    this.#dropped += rejected
    this.#sent += batch.length - rejected
    this.#sending = undefined
    this.#schedule()
  }

  /** Tries until the collector has taken or refused it. Returns how many items are lost. */
  async #deliver(batch: readonly Item[]): Promise<number> {
    const attempt = this.#delivery.pack(batch)
    for (let tries = 1; ; tries++) {
      const isLast = this.#isClosing
      const receipt = await attempt(this.#stop.signal)
      this.#delivery.heard(receipt)
      if (receipt.state === 'taken') return Math.min(receipt.rejected, batch.length)
      if (receipt.state === 'refused' || isLast) return batch.length
      await this.#pause(receipt.afterMs ?? backoffMs(tries))
    }
  }

  async #pause(delayMs: number): Promise<void> {
    // Closing, there is one more try, at once.
    if (this.#isClosing) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#clock.after(delayMs, resolve)
    this.#endPause = resolve
    await promise
    cancel()
    this.#endPause = undefined
  }
}

/** Exponential, between half and the whole, so that many services don't come back at once. */
function backoffMs(tries: number): number {
  return Math.min(longestBackoffMs, shortestBackoffMs * 2 ** (tries - 1)) * (0.5 + Math.random() / 2)
}
