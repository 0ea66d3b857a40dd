import { randomFillSync } from 'node:crypto'

/** Header lines of so many requests are made at a time. */
const BATCH = 256
/** Random bytes of one request: 16 for the trace, 8 for the span, 2 to sample by. */
const RANDOM_BYTES = 26
/** Source: W3C Trace Context Level 2; flag 02 says that the trace id is random, 03 that it is to be kept as well. */
const LINES = `traceparent: 00-${'0'.repeat(32)}-${'0'.repeat(16)}-02\r\nX-Request-Id: ${'0'.repeat(32)}\r\n`
const TRACE_AT = LINES.indexOf('-') + 1
const SPAN_AT = TRACE_AT + 33
const FLAG_AT = SPAN_AT + 18
const REQUEST_AT = LINES.lastIndexOf(' ') + 1
const [KEPT, NOT_KEPT] = [51, 50]
/** The two digits of each byte as one number, as they stand in memory: where they are even, one store writes both. */
const PAIRS = new Uint16Array(
  Uint8Array.from(Buffer.from(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex')))
    .buffer,
)

/**
 * Trace identities from the machine's own randomness, never from the run's seed: a repeated run must not repeat
 * the ids in the service's tracing. The lines of many requests are one long string, out of which each is cut: that costs least.
 */
export class TraceSource {
  readonly #sampledShare: number
  readonly #random = Buffer.alloc(BATCH * RANDOM_BYTES)
  /** A buffer of its own, which begins where numbers of two bytes may stand. */
  readonly #batch = Buffer.from(new TextEncoder().encode(LINES.repeat(BATCH)).buffer)
  readonly #pairs = new Uint16Array(this.#batch.buffer)
  #text = ''
  #next = this.#batch.length

  /** `sampledShare` of the requests (0–1) ask the service to keep their trace. */
  constructor(sampledShare: number) {
    this.#sampledShare = sampledShare
  }

  /** The header lines of one request: `traceparent`, and the trace's id once more as `X-Request-Id`. */
  next(): string {
    if (this.#next === this.#batch.length) this.#refill()
    const at = this.#next
    this.#next = at + LINES.length
    return this.#text.slice(at, at + LINES.length)
  }

  #refill(): void {
    const random = randomFillSync(this.#random)
    const [batch, pairs] = [this.#batch, this.#pairs]
    for (let i = 0; i < BATCH; i++) {
      const from = i * RANDOM_BYTES
      const at = i * LINES.length
      for (let byte = 0; byte < 16; byte++) {
        const pair = PAIRS[random[from + byte]!]!
        pairs[(at + TRACE_AT) / 2 + byte] = pair
        pairs[(at + REQUEST_AT) / 2 + byte] = pair
      }
      for (let byte = 0; byte < 8; byte++) {
        const value = random[from + 16 + byte]!
        batch[at + SPAN_AT + 2 * byte] = hexDigit(value >> 4)
        batch[at + SPAN_AT + 2 * byte + 1] = hexDigit(value & 15)
      }
      const isKept = random.readUInt16LE(from + 24) < this.#sampledShare * 0x10000
      batch[at + FLAG_AT] = isKept ? KEPT : NOT_KEPT
    }
    this.#text = batch.toString('latin1')
    this.#next = 0
  }
}

/** The id that a request was sent with, as 32 hexadecimal digits; empty where it bore none. `head` has its header lines. */
export function traceIdOf(head: string): string {
  return /^traceparent: *00-([0-9a-f]{32})-/im.exec(head)?.[1] ?? ''
}

function hexDigit(value: number): number {
  return value + (value < 10 ? 48 : 87)
}
