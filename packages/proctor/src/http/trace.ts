import { randomFillSync } from 'node:crypto'

/** The identity of one request, sent as `traceparent` and `X-Request-Id`: the join with the service's own log. */
export interface TraceIdentity {
  /** 32 hexadecimal digits. */
  traceId: string
  /** The value of `traceparent`. Source: W3C Trace Context Level 2; flag 02 says that the trace id is random. */
  traceparent: string
}

const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'))

/**
 * Trace identities from the machine's own randomness, never from the run's seed: a repeated run must not repeat
 * the ids in the service's tracing.
 */
export class TraceSource {
  readonly #sampledShare: number
  readonly #pool = new Uint16Array(8192)
  #next = this.#pool.length

  /** `sampledShare` of the requests (0–1) ask the service to keep their trace. */
  constructor(sampledShare: number) {
    this.#sampledShare = sampledShare
  }

  next(): TraceIdentity {
    if (this.#next + 13 > this.#pool.length) this.#refill()
    const traceId = this.#hex16() + this.#hex16()
    const flags = this.#word() < this.#sampledShare * 0x10000 ? '03' : '02'
    return { traceId, traceparent: '00-' + traceId + '-' + this.#hex16() + '-' + flags }
  }

  #hex16(): string {
    return HEX[this.#word()]! + HEX[this.#word()]! + HEX[this.#word()]! + HEX[this.#word()]!
  }

  #word(): number {
    return this.#pool[this.#next++]!
  }

  #refill(): void {
    randomFillSync(this.#pool)
    this.#next = 0
  }
}
