import { badResponse, type TransportError } from './transport-error.ts'

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58
const DELETE = 127

/** Marks of an answer's head. */
export const HAS_COOKIE = 1
export const HAS_LOCATION = 2
export const HAS_ENCODING = 4

/** Bytes that may stand in a header's name. Source: RFC 9110, 5.6.2 ("token"). */
const TOKEN = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[char.charCodeAt(0)] = 1
}

/**
 * Status line and header lines of an answer, and what they say of its framing. Source: RFC 9112, 4 and 5.
 * Only the bytes it is given are ever looked at: what stands behind them is left over from other answers.
 */
export class ResponseHead {
  status = 0
  /** Whether another request may follow on the connection. */
  keepAlive = true
  /** -1 when none was given. */
  contentLength = -1
  chunked = false
  /** Which headers it has that ask for more than to be handed over: `HAS_COOKIE` and its like, added up. */
  marks = 0
  #closes = false

  /** From now on it says what another does. */
  assign({ status, keepAlive, contentLength, chunked, marks }: ResponseHead): this {
    this.status = status
    this.keepAlive = keepAlive
    this.contentLength = contentLength
    this.chunked = chunked
    this.marks = marks
    return this
  }

  /**
   * Reads the head that begins at `from`. Answers the index behind its blank line, or -1 when that has not come yet.
   * Throws a `TransportError` when it is no head.
   */
  parse(bytes: Buffer, from: number, length: number): number {
    this.contentLength = -1
    this.chunked = false
    this.marks = 0
    this.#closes = false
    const end = this.#parseLines(bytes, from, length)
    if (end < 0) return -1
    if (this.#closes) this.keepAlive = false
    return end
  }

  #parseLines(bytes: Buffer, from: number, length: number): number {
    let at = this.#parseStatusLine(bytes, from, length)
    while (at >= 0 && at < length) {
      if (bytes[at] === LF) return at + 1
      if (bytes[at] === CR) {
        if (at + 1 === length) return -1
        if (bytes[at + 1] !== LF) throw badResponse('a carriage return within the headers')
        return at + 2
      }
      at = this.#parseHeaderLine(bytes, at, length)
    }
    return -1
  }

  /** `HTTP/1.1 200 OK`. Answers the index behind the line, or -1. */
  #parseStatusLine(bytes: Buffer, from: number, length: number): number {
    if (length - from < 13) {
      if (!'HTTP/1.'.startsWith(bytes.toString('latin1', from, Math.min(length, from + 7))))
        throw notHttp(bytes, from, length)
      return -1
    }
    const version = bytes[from + 7]! - 48
    const status = (bytes[from + 9]! - 48) * 100 + (bytes[from + 10]! - 48) * 10 + (bytes[from + 11]! - 48)
    if (
      bytes[from] !== 72 || // H
      bytes[from + 1] !== 84 || // T
      bytes[from + 2] !== 84 || // T
      bytes[from + 3] !== 80 || // P
      bytes[from + 4] !== 47 || // /
      bytes[from + 5] !== 49 || // 1
      bytes[from + 6] !== 46 || // .
      (version !== 0 && version !== 1) ||
      bytes[from + 8] !== SPACE ||
      !isDigit(bytes[from + 9]!) ||
      !isDigit(bytes[from + 10]!) ||
      !isDigit(bytes[from + 11]!) ||
      bytes[from + 12]! > SPACE ||
      status < 100
    ) {
      throw notHttp(bytes, from, length)
    }
    this.status = status
    this.keepAlive = version === 1
    return lineEnd(bytes, from + 12, length)
  }

  /** One `Name: value`. Answers the index behind the line, or -1. */
  #parseHeaderLine(bytes: Buffer, from: number, length: number): number {
    let colon = from
    while (colon < length && TOKEN[bytes[colon]!] === 1) colon++
    if (colon === length) return -1
    if (bytes[colon] !== COLON || colon === from) throw badResponse('a header line without a name')
    const end = lineEnd(bytes, colon + 1, length)
    if (end >= 0) this.#noteHeader(bytes, from, colon, end)
    return end
  }

  /** Only three headers frame a message, and three ask for more; the lengths of their names rule nearly all others out. */
  #noteHeader(bytes: Buffer, from: number, colon: number, end: number): void {
    const length = colon - from
    if (length === 14 && isNamed(bytes, from, 'content-length')) {
      this.#noteContentLength(bytes, colon, end)
    } else if (length === 10 && isNamed(bytes, from, 'connection')) {
      this.#noteConnection(bytes, colon, end)
    } else if (length === 17 && isNamed(bytes, from, 'transfer-encoding')) {
      this.#noteTransferEncoding(fieldValue(bytes, colon, end).toLowerCase())
    } else if (length === 10 && isNamed(bytes, from, 'set-cookie')) {
      this.marks |= HAS_COOKIE
    } else if (length === 8 && isNamed(bytes, from, 'location')) {
      this.marks |= HAS_LOCATION
    } else if (length === 16 && isNamed(bytes, from, 'content-encoding')) {
      this.marks |= HAS_ENCODING
    }
  }

  /** The line's LF, which stands before `end`, stops every loop. */
  #noteContentLength(bytes: Buffer, colon: number, end: number): void {
    const first = skipBlanks(bytes, colon + 1)
    let at = first
    let length = 0
    for (; isDigit(bytes[at]!); at++) length = length * 10 + (bytes[at]! - 48)
    const digits = at - first
    if (digits === 0 || digits > 15 || !isLineBreak(bytes[skipBlanks(bytes, at)]!))
      throw badResponse(`Content-Length: ${fieldValue(bytes, colon, end).slice(0, 40)}`)
    if (this.contentLength >= 0 && this.contentLength !== length)
      throw badResponse('two Content-Lengths that differ')
    this.contentLength = length
  }

  /** `close` outweighs `keep-alive`, in whatever order and on however many lines they come. */
  #noteConnection(bytes: Buffer, colon: number, end: number): void {
    const first = skipBlanks(bytes, colon + 1)
    // What nearly every answer says is recognised without a string.
    if (isNamed(bytes, first, 'keep-alive') && isLineBreak(bytes[first + 10]!)) {
      this.keepAlive = true
      return
    }
    const options = new Set(
      fieldValue(bytes, colon, end)
        .toLowerCase()
        .split(/[\t ]*,[\t ]*/),
    )
    if (options.has('close')) this.#closes = true
    if (options.has('keep-alive')) this.keepAlive = true
  }

  #noteTransferEncoding(value: string): void {
    if (value !== 'chunked' || this.chunked) throw badResponse(`Transfer-Encoding: ${value.slice(0, 40)}`)
    this.chunked = true
  }
}

/** The index behind the line's LF, or -1 when the line is not whole. Control characters in it are refused. */
function lineEnd(bytes: Buffer, from: number, length: number): number {
  for (let at = from; at < length; at++) {
    const byte = bytes[at]!
    if (byte >= SPACE && byte !== DELETE) continue
    if (byte === LF) return at + 1
    if (byte === CR && (at + 1 === length || bytes[at + 1] === LF)) continue
    if (byte !== TAB) throw badResponse('a control character within the headers')
  }
  return -1
}

/** Whether the bytes from here are `name`, in any case of letters; `name` is in lower case. */
function isNamed(bytes: Buffer, from: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if ((bytes[from + i]! | 32) !== name.charCodeAt(i)) return false
  }
  return true
}

/** What stands between the colon and the line's end. Not trimmed with `trim`, for which byte a0 is a blank, too. */
function fieldValue(bytes: Buffer, colon: number, end: number): string {
  return bytes.toString('latin1', colon + 1, end).replaceAll(/^[\t ]+|[\t ]*\r?\n$/g, '')
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === SPACE || bytes[at] === TAB) at++
  return at
}

function isLineBreak(byte: number): boolean {
  return byte === CR || byte === LF
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function notHttp(bytes: Buffer, from: number, length: number): TransportError {
  return badResponse(
    `it began with ${JSON.stringify(bytes.toString('latin1', from, Math.min(length, from + 20)))}`,
  )
}
