import { multipartOf, urlEncoded } from './form.ts'
import type { Origin } from './origin.ts'
import type { RequestOptions } from './request-options.ts'

export interface EncodedBody {
  content: string | Uint8Array | AsyncIterable<string | Uint8Array>
  /** Length in bytes; -1 where it comes in pieces, and nobody knows yet. */
  bytes: number
  /** The header lines that tell of it, up to the number of its bytes. */
  lead: string
}

/** Throws a `TypeError` when more than one body is given, `json` has no JSON, or `body` is nothing that can be sent. */
export function encodeBody(options: RequestOptions): EncodedBody | undefined {
  const { json } = options
  if (json === undefined) return encodeOtherBody(options)
  if (options.body !== undefined) throw new TypeError('expected json or body, got both')
  const content = JSON.stringify(json) as string | undefined
  if (content === undefined) throw new TypeError(`expected a JSON value in json, got ${typeof json}`)
  return { content, bytes: Buffer.byteLength(content), lead: JSON_LENGTH }
}

function encodeOtherBody({ body, form, multipart }: RequestOptions): EncodedBody | undefined {
  if (body === undefined && form === undefined && multipart === undefined) return undefined
  const given = [body, form, multipart].filter((each) => each !== undefined)
  if (given.length > 1) throw new TypeError('expected one of body, form and multipart, got more')
  if (body !== undefined) return rawBody(body)
  if (form !== undefined) {
    const content = urlEncoded(form)
    return { content, bytes: content.length, lead: leadOf('application/x-www-form-urlencoded') }
  }
  const { content, contentType } = multipartOf(multipart!)
  return { content, bytes: content.byteLength, lead: leadOf(contentType) }
}

function rawBody(body: EncodedBody['content']): EncodedBody {
  const bytes = bytesOf(body)
  return { content: body, bytes, lead: bytes < 0 ? 'Transfer-Encoding: chunked\r\n' : 'Content-Length: ' }
}

function leadOf(contentType: string): string {
  return `Content-Type: ${contentType}\r\nContent-Length: `
}

const JSON_LENGTH = 'Content-Type: application/json\r\nContent-Length: '

/** Scenarios in plain JavaScript have no compiler to tell them. */
function bytesOf(body: EncodedBody['content']): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  if (isInPieces(body)) return -1
  const got = Object.prototype.toString.call(body)
  throw new TypeError(`expected text, a Uint8Array or something that yields them in body, got ${got}`)
}

/** Whether a body comes bit by bit. */
export function isInPieces(body: EncodedBody['content']): body is AsyncIterable<string | Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body
}

/** All that a request's head is made of. */
export interface RequestParts {
  method: string
  /** From `requestTarget`. */
  target: string
  /** From `standingHeaders`: the same for all requests to an origin. */
  standing: string
  /** Whole header lines that this request alone has. */
  own: string
  headers: Record<string, string> | undefined
  body: EncodedBody | undefined
}

/** The end of the request line, and the headers that every request to the origin bears; `own` replaces those of its names. */
export function standingHeaders(origin: Origin, userAgent: string, own: Record<string, string> = {}): string {
  const usual = [`Host: ${origin.hostHeader}\r\n`, `User-Agent: ${userAgent}\r\n`, 'Accept: */*\r\n']
  return flat(` HTTP/1.1\r\n${merged(usual, own).join('')}`)
}

/** In one piece: V8 keeps a string as the parts it was made of, and would go through them with each request. */
function flat(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('latin1')
}

/** Request line and headers, the blank line included. Throws a `TypeError` on what would break the message. */
export function requestHead(parts: RequestParts): string {
  const { method, target, standing, own, headers } = parts
  const head = method + ' ' + target + standing + own + framing(parts)
  return headers === undefined ? head + '\r\n' : withHeaders(head, headers)
}

/** The header lines that tell of the body. */
function framing({ method, body }: RequestParts): string {
  if (body === undefined) return expectsBody(method) ? 'Content-Length: 0\r\n' : ''
  return body.bytes < 0 ? body.lead : body.lead + body.bytes + '\r\n'
}

/** Of these a missing body is said to be missing: some servers ask for the length (411). Source: RFC 9110, 8.6. */
function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}

function withHeaders(head: string, headers: Record<string, string>): string {
  const [line, ...own] = head.split(/(?<=\r\n)/)
  return [line, ...merged(own, headers), '\r\n'].join('')
}

/** A header that is given replaces those of its name. */
function merged(lines: readonly string[], headers: Record<string, string>): string[] {
  const given = Object.entries(headers).map(([name, value]) => checkedHeader(name, value))
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const kept = lines.filter((line) => !replaced.has(line.slice(0, line.indexOf(':')).toLowerCase()))
  return [...kept, ...given]
}

/** These two say where the message ends: a scenario that set them would break the connection, not test it. */
const FRAMING_HEADERS = new Set(['content-length', 'transfer-encoding'])
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

export function checkedHeader(name: string, value: string): string {
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
export function requestTarget(path: string): string {
  if (isTarget(path)) return path
  return path
    .split('#', 1)[0]!
    .toWellFormed()
    .replaceAll(/[^!-~]/gu, encodeURIComponent)
}

const HASH = 35

/** Visible ASCII but for `#`, which never goes on the wire. A loop: of a short text it costs a fifth of a regular expression. */
function isTarget(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (code <= 32 || code >= 127 || code === HASH) return false
  }
  return true
}
