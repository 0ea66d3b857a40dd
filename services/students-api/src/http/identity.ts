import { randomBytes, randomUUID } from 'node:crypto'

// Short and free of spaces, quotes and control characters: the id returns in a header, a document and the log.
const wellFormedRequestId = /^[\w.:~-]{1,128}$/

// W3C Trace Context §3.2: version ff is forbidden, version 00 ends after the flags, all-zero ids are invalid.
const wellFormedTraceparent =
  /^(?!ff|00.{54})[\da-f]{2}-(?!0{32})(?<traceId>[\da-f]{32})-(?!0{16})(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})(?:-|$)/

/** The client's `X-Request-Id` where it is well-formed, else a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && wellFormedRequestId.test(header) ? header : randomUUID()
}

/** The trace id of a well-formed W3C `traceparent`, else a new one: 32 lower-case hexadecimal digits. */
export function traceIdFrom(header: string | string[] | undefined): string {
  const parent = typeof header === 'string' ? wellFormedTraceparent.exec(header) : null
  return parent?.groups?.['traceId'] ?? newTraceId()
}

const traceIdDigits = 32
let drawn = ''
let used = 0

/** Draws its randomness in bulk: 16 bytes cost nearly as much as 4,096. */
function newTraceId(): string {
  if (used === drawn.length) {
    drawn = randomBytes(4096).toString('hex')
    used = 0
  }
  return drawn.slice(used, (used += traceIdDigits))
}

/** The span that called, out of a W3C `traceparent`. */
export interface ParentSpan {
  traceId: string
  spanId: string
  isSampled: boolean
}

/** Absent where the header is, or isn't well-formed. */
export function parentSpanFrom(header: string | string[] | undefined): ParentSpan | undefined {
  const { traceId, spanId, flags } =
    (typeof header === 'string' && wellFormedTraceparent.exec(header)?.groups) || {}
  if (traceId === undefined || spanId === undefined) return undefined
  return { traceId, spanId, isSampled: (Number(`0x${flags}`) & 1) === 1 }
}
