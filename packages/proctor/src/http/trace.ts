import { randomFillSync } from 'node:crypto'

/** The identity of one request, sent as `traceparent` and `X-Request-Id`: the join with the service's own log. */
export interface TraceIdentity {
  /** 32 hexadecimal digits. */
  traceId: string
  /** The lines of both headers. Source: W3C Trace Context Level 2; flag 02 says that the trace id is random. */
  headers: string
}

/** Hexadecimal digits of one refill, and of one identity: 32 for the trace, 16 for the span, 4 to sample by. */
const POOL_DIGITS = 32768
const DIGITS = 52

/**
 * Trace identities from the machine's own randomness, never from the run's seed: a repeated run must not repeat
 * the ids in the service's tracing. They are cut out of a long string of random digits, which costs least.
 */
export class TraceSource {
  readonly #sampledShare: number
  readonly #bytes = Buffer.alloc(POOL_DIGITS / 2)
  #digits = ''
  #next = POOL_DIGITS

  /** `sampledShare` of the requests (0–1) ask the service to keep their trace. */
  constructor(sampledShare: number) {
    this.#sampledShare = sampledShare
  }

  next(): TraceIdentity {
    if (this.#next + DIGITS > POOL_DIGITS) this.#refill()
    const at = this.#next
    this.#next = at + DIGITS
    const traceId = this.#digits.slice(at, at + 32)
    const spanId = this.#digits.slice(at + 32, at + 48)
    const isSampled = this.#bytes.readUInt16LE((at + 48) / 2) < this.#sampledShare * 0x10000
    const flags = isSampled ? '-03\r\nX-Request-Id: ' : '-02\r\nX-Request-Id: '
    return { traceId, headers: 'traceparent: 00-' + traceId + '-' + spanId + flags + traceId + '\r\n' }
  }

  #refill(): void {
    this.#digits = randomFillSync(this.#bytes).toString('hex')
    this.#next = 0
  }
}
