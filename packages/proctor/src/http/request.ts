import type { Origin } from './origin.ts'
import type { TraceIdentity } from './trace.ts'

/** What may be said of a request beside its method and path. */
export interface RequestOptions {
  /** Sent as JSON, with `Content-Type: application/json`. */
  json?: unknown
  /** Sent as it is: text as UTF-8. Say its `content-type` in `headers`. */
  body?: string | Uint8Array
  /** Added to the headers Proctor sends; a name that it sends itself is replaced. */
  headers?: Record<string, string>
  /** What reports group the request by, in place of its path: `/students/{id}` rather than `/students/17`. */
  name?: string
}

export interface EncodedBody {
  content: string | Uint8Array
  /** Length in bytes. */
  bytes: number
  contentType: string | undefined
}

/** Throws a `TypeError` when both `json` and `body` are given, or `json` has no JSON. */
export function encodeBody(options: RequestOptions): EncodedBody | undefined {
  const { json, body } = options
  if (json === undefined) {
    if (body === undefined) return undefined
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
    return { content: body, bytes, contentType: undefined }
  }
  if (body !== undefined) throw new TypeError('expected json or body, got both')
  const content = JSON.stringify(json) as string | undefined
  if (content === undefined) throw new TypeError(`expected a JSON value in json, got ${typeof json}`)
  return { content, bytes: Buffer.byteLength(content), contentType: 'application/json' }
}

/** All that a request's head is made of. */
export interface RequestParts {
  method: string
  path: string
  origin: Origin
  userAgent: string
  trace: TraceIdentity | undefined
  headers: Record<string, string> | undefined
  body: EncodedBody | undefined
}

/** Request line and headers, the blank line included. Throws a `TypeError` on what would break the message. */
export function requestHead(parts: RequestParts): string {
  const line =
    checkedMethod(parts.method) + ' ' + parts.origin.basePath + wirePath(parts.path) + ' HTTP/1.1\r\n'
  return (
    line + (parts.headers === undefined ? ownHeaders(parts) : mergedHeaders(parts, parts.headers)) + '\r\n'
  )
}

/** The headers that Proctor sends by itself. */
function ownHeaders({ origin, userAgent, trace, body }: RequestParts): string {
  let lines = 'Host: ' + origin.hostHeader + '\r\nUser-Agent: ' + userAgent + '\r\nAccept: */*\r\n'
  if (trace !== undefined) {
    lines += 'traceparent: ' + trace.traceparent + '\r\nX-Request-Id: ' + trace.traceId + '\r\n'
  }
  if (body === undefined) return lines
  if (body.contentType !== undefined) lines += 'Content-Type: ' + body.contentType + '\r\n'
  return lines + 'Content-Length: ' + body.bytes + '\r\n'
}

function mergedHeaders(parts: RequestParts, headers: Record<string, string>): string {
  const given = Object.entries(headers).map(([name, value]) => checkedHeader(name, value))
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const kept = ownHeaders(parts)
    .split(/(?<=\r\n)/)
    .filter((line) => !replaced.has(line.slice(0, line.indexOf(':')).toLowerCase()))
  return kept.join('') + given.join('')
}

/** These two say where the message ends: a scenario that set them would break the connection, not test it. */
const FRAMING_HEADERS = new Set(['content-length', 'transfer-encoding'])
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

function checkedHeader(name: string, value: string): string {
  if (!TOKEN.test(name)) throw new TypeError(`expected a header name, got ${JSON.stringify(name)}`)
  if (FRAMING_HEADERS.has(name.toLowerCase()))
    throw new TypeError(`${name} is set by Proctor; leave it out of headers`)
  if (!FIELD_VALUE.test(value)) {
    throw new TypeError(
      `expected a value of one line in latin1 for header ${name}, got ${JSON.stringify(value)}`,
    )
  }
  return `${name}: ${value}\r\n`
}

function checkedMethod(method: string): string {
  if (!TOKEN.test(method)) throw new TypeError(`expected a method such as GET, got ${JSON.stringify(method)}`)
  return method
}

/** Visible ASCII but for `#`, which never goes on the wire. */
const WIRE_PATH = /^[!"$-~]*$/

/** Percent-encodes what may not stand in a request line. */
function wirePath(path: string): string {
  if (WIRE_PATH.test(path)) return path
  const { pathname, search } = new URL(`http://host${path}`)
  return pathname + search
}
