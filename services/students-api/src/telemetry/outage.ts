import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Receipt } from './collector.ts'

const quietMs = 60_000

/** Says in the log that the collector doesn't take what it is sent, and that it does again: once each, not per batch. */
export class Outage {
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #failing = new Set<string>()
  #isSaid = false
  #saidAtMs = -Infinity

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  heard(signal: string, receipt: Receipt): void {
    if (receipt.state === 'taken') this.#failing.delete(signal)
    else this.#failing.add(signal)
    if (receipt.state !== 'taken') this.#sayDown(signal, receipt.reason)
    else if (this.#failing.size === 0) this.#sayUp()
  }

  /** A collector that fails now and then is told of once a minute. */
  #sayDown(signal: string, reason: string): void {
    if (this.#isSaid || this.#clock.elapsedMs() - this.#saidAtMs < quietMs) return
    this.#isSaid = true
    this.#saidAtMs = this.#clock.elapsedMs()
    this.#logger.warn({ signal, reason }, 'the collector takes no telemetry')
  }

  #sayUp(): void {
    if (this.#isSaid) this.#logger.info('the collector takes telemetry again')
    this.#isSaid = false
  }
}
