import type { Clock } from '../clock.ts'
import type { OtlpSettings } from './otlp-settings.ts'

/** What became of a batch. The reason is words of ours, never the collector's. */
export type Receipt =
  /** `rejected` items of it are not kept. */
  | { state: 'taken'; rejected: number }
  /** The same may be taken later: where the collector says so, not before `afterMs`. */
  | { state: 'busy'; reason: string; afterMs?: number | undefined }
  | { state: 'refused'; reason: string }

/** A batch as it goes over the wire. */
export interface Parcel {
  path: 'v1/traces' | 'v1/logs'
  body: Uint8Array
  /** How many items the answer's body says were rejected. Throws where it isn't what the protocol says. */
  rejected: (answer: Uint8Array) => number
}

// What a collector has to say is short; one that says more is cut off.
const mostAnswerBytes = 64 * 1024
// A longer Retry-After is a mistake, or a way to be rid of us.
const longestRetryAfterMs = 300_000

// OTLP/HTTP: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes
const busyStatuses = new Set([429, 502, 503, 504])

/** An OpenTelemetry collector, over HTTP. */
export class Collector {
  readonly #settings: OtlpSettings
  readonly #clock: Clock

  constructor(settings: OtlpSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
  }

  /** One try. Never rejects. */
  async send(parcel: Parcel, stop: AbortSignal): Promise<Receipt> {
    const late = new AbortController()
    const cancel = this.#clock.after(this.#settings.timeoutMs, () => late.abort())
    try {
      return await this.#post(parcel, AbortSignal.any([stop, late.signal]))
    } catch (error) {
      if (stop.aborted) return { state: 'busy', reason: 'no answer before the end' }
      const reason = late.signal.aborted ? `no answer in ${this.#settings.timeoutMs} ms` : codeOf(error)
      return { state: 'busy', reason }
    } finally {
      cancel()
    }
  }

  async #post({ path, body, rejected }: Parcel, signal: AbortSignal): Promise<Receipt> {
    const { endpoint, headers, protocol } = this.#settings
    const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'
    const response = await fetch(addressOf(endpoint, path), {
      method: 'POST',
      headers: { 'user-agent': 'students-api', ...headers, 'content-type': type },
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      redirect: 'manual',
      signal,
    })
    const answer = await firstBytes(response)
    if (response.ok) return { state: 'taken', rejected: countOf(() => rejected(answer)) }
    const reason = `status ${response.status}`
    if (!busyStatuses.has(response.status)) return { state: 'refused', reason }
    return { state: 'busy', reason, afterMs: this.#retryAfterMs(response.headers.get('retry-after')) }
  }

  #retryAfterMs(header: string | null): number | undefined {
    if (header === null) return undefined
    const afterMs = /^\d+$/.test(header)
      ? Number(header) * 1000
      : Date.parse(header) - this.#clock.now().getTime()
    return Number.isNaN(afterMs) ? undefined : Math.min(Math.max(afterMs, 0), longestRetryAfterMs)
  }
}

function addressOf(endpoint: URL, path: string): URL {
  const address = new URL(endpoint)
  address.pathname = `${address.pathname.replace(/\/$/, '')}/${path}`
  return address
}

/** As much as a collector may have to say; whatever follows is not read. */
async function firstBytes({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > mostAnswerBytes) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A success is one, whatever else the answer holds. */
function countOf(rejected: () => unknown): number {
  try {
    const count = Number(rejected())
    return count > 0 ? count : 0
  } catch {
    return 0
  }
}

/** Of an error of `fetch`, which wraps the socket's. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const cause: unknown = error.cause
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  return first instanceof Error && 'code' in first ? String(first.code) : error.name
}
