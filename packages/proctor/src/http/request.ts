import type { Judging } from './judging.ts'
import type { Origin } from './origin.ts'
import type { TraceIdentity } from './trace.ts'

/** What may be said of a request beside its method and path. */
export interface RequestOptions extends Judging {
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
  isJson: boolean
}

/** Throws a `TypeError` when both `json` and `body` are given, `json` has no JSON, or `body` is neither text nor bytes. */
export function encodeBody(options: RequestOptions): EncodedBody | undefined {
  const { json, body } = options
  if (json === undefined) {
    if (body === undefined) return undefined
    return { content: body, bytes: bytesOf(body), isJson: false }
  }
  if (body !== undefined) throw new TypeError('expected json or body, got both')
  const content = JSON.stringify(json) as string | undefined
  if (content === undefined) throw new TypeError(`expected a JSON value in json, got ${typeof json}`)
  return { content, bytes: Buffer.byteLength(content), isJson: true }
}

/** Scenarios in plain JavaScript have no compiler to tell them. */
function bytesOf(body: string | Uint8Array): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  throw new TypeError(`expected text or a Uint8Array in body, got ${Object.prototype.toString.call(body)}`)
}

/** All that a request's head is made of. */
export interface RequestParts {
  method: string
  path: string
  /** From `standingHeaders`: the same for all requests to an origin. */
  standing: string
  trace: TraceIdentity | undefined
  headers: Record<string, string> | undefined
  body: EncodedBody | undefined
}

/** The end of the request line, and the headers that every request to the origin bears. */
export function standingHeaders(origin: Origin, userAgent: string): string {
  return flat(` HTTP/1.1\r\nHost: ${origin.hostHeader}\r\nUser-Agent: ${userAgent}\r\nAccept: */*\r\n`)
}

/** In one piece: V8 keeps a string as the parts it was made of, and would go through them with each request. */
function flat(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('latin1')
}

/** Request line and headers, the blank line included. Throws a `TypeError` on what would break the message. */
export function requestHead(parts: RequestParts): string {
  const head = parts.method + ' ' + wirePath(parts.path) + parts.standing + ownHeaders(parts)
  return parts.headers === undefined ? head + '\r\n' : withHeaders(head, parts.headers)
}

const JSON_LENGTH = 'Content-Type: application/json\r\nContent-Length: '

/** The headers that Proctor makes for each request. */
function ownHeaders({ method, trace, body }: RequestParts): string {
  const lines = trace === undefined ? '' : trace.headers
  if (body === undefined) return expectsBody(method) ? lines + 'Content-Length: 0\r\n' : lines
  return lines + (body.isJson ? JSON_LENGTH : 'Content-Length: ') + body.bytes + '\r\n'
}

/** Of these a missing body is said to be missing: some servers ask for the length (411). Source: RFC 9110, 8.6. */
function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}

/** A header that is given replaces the one of its name that Proctor sends. */
function withHeaders(head: string, headers: Record<string, string>): string {
  const given = Object.entries(headers).map(([name, value]) => checkedHeader(name, value))
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const [line, ...own] = head.split(/(?<=\r\n)/)
  const kept = own.filter((header) => !replaced.has(header.slice(0, header.indexOf(':')).toLowerCase()))
  return [line, ...kept, ...given, '\r\n'].join('')
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

/** Throws a `TypeError` when `method` cannot stand in a request line. */
export function checkMethod(method: string): void {
  if (!TOKEN.test(method)) throw new TypeError(`expected a method such as GET, got ${JSON.stringify(method)}`)
}

/** Percent-encodes what may not stand in a request line, and nothing else: what is asked for is what was written. */
function wirePath(path: string): string {
  if (isWirePath(path)) return path
  return path
    .split('#', 1)[0]!
    .toWellFormed()
    .replaceAll(/[^!-~]/gu, encodeURIComponent)
}

const HASH = 35

/** Visible ASCII but for `#`, which never goes on the wire. A loop: of a short text it costs a fifth of a regular expression. */
function isWirePath(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (code <= 32 || code >= 127 || code === HASH) return false
  }
  return true
}
