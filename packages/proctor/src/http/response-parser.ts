import { KEPT_BODY_BYTES } from './response.ts'
import { TransportError } from './transport-error.ts'

const MAX_HEAD_BYTES = 64 * 1024
/** A chunk's size line, its extensions included, and each trailer line. */
const MAX_LINE_BYTES = 8 * 1024

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58
const SEMICOLON = 59
const DELETE = 127

/** Bytes that may stand in a header's name. Source: RFC 9110, 5.6.2 ("token"). */
const TOKEN = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[char.charCodeAt(0)] = 1
}

const NOTHING = Buffer.alloc(0)

type Framing = 'none' | 'length' | 'chunked' | 'until-close'
type State = 'head' | 'body' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'done'

/**
 * Reads one HTTP/1.1 answer after another out of the bytes of a connection. Source: RFC 9112.
 *
 * What it keeps, it keeps as latin1 strings, one character a byte: no copy costs less, in time or in garbage.
 *
 * `begin` expects an answer, `feed` takes bytes until it returns true: then the answer is whole and its parts can be
 * read until the next `begin`. Whatever is not an answer is thrown as a `TransportError`; a parser that has thrown
 * is of no further use.
 */
export class ResponseParser {
  status = 0
  head = ''
  body = ''
  /** Bytes of the body after the chunks were taken apart. */
  bodyBytes = 0
  /** Whether another request may follow on the connection. */
  keepAlive = true

  #state: State = 'done'
  #headRequest = false
  #framing: Framing = 'none'
  /** Bytes of the body, or of the chunk, still to come. */
  #missing = 0
  #contentLength = -1
  #chunked = false
  /** A head or a line that began in an earlier read. */
  #begun: Buffer = NOTHING

  /** Whether a byte of the answer has come. */
  get started(): boolean {
    return this.#state !== 'head' || this.#begun.length > 0
  }

  begin(method: string): void {
    this.#state = 'head'
    this.#headRequest = method === 'HEAD'
    this.body = ''
    this.bodyBytes = 0
  }

  /** Takes the first `length` bytes of `bytes` and copies what it keeps. True when the answer is whole. */
  feed(bytes: Buffer, length: number): boolean {
    let at = this.#state === 'head' ? this.#feedHead(bytes, length) : 0
    while (at < length && this.#state !== 'done') at = this.#feedBody(bytes, at, length)
    if (this.#state !== 'done') return false
    if (at < length) throw new TransportError('unexpected-data', `${length - at} bytes after the answer`)
    return true
  }

  /** The other side has ended the connection. True when that made the answer whole, else it throws. */
  end(): boolean {
    if (this.#state === 'body' && this.#framing === 'until-close') return this.#complete()
    throw new TransportError('connection-closed')
  }

  /** Answers how many of the bytes belonged to the head. */
  #feedHead(bytes: Buffer, length: number): number {
    if (this.#begun.length > 0) return this.#resumeHead(bytes, length)
    let at = 0
    do {
      const end = this.#parseHead(bytes, at, length)
      if (end < 0) {
        this.#keepBegun(bytes, at, length, MAX_HEAD_BYTES)
        return length
      }
      this.head = bytes.toString('latin1', at, end)
      at = end
    } while (this.#isInterim())
    this.#openBody()
    return at
  }

  #resumeHead(bytes: Buffer, length: number): number {
    const before = this.#begun.length
    const joined = Buffer.concat([this.#begun, bytes.subarray(0, length)])
    this.#begun = NOTHING
    const used = this.#feedHead(joined, joined.length)
    // What the joined bytes hold beyond the head came in this read.
    return used - before
  }

  #keepBegun(bytes: Buffer, from: number, to: number, limit: number): void {
    if (to - from > limit) throw new TransportError('headers-too-large')
    this.#begun = Buffer.from(bytes.subarray(from, to))
  }

  /** 100 and 103 come before the answer itself. 101 would change the protocol, which was not asked for. */
  #isInterim(): boolean {
    if (this.status === 101) throw bad('status 101 without an upgrade')
    return this.status < 200
  }

  /** Answers the index behind the head's blank line, or -1 when that has not come yet. */
  #parseHead(bytes: Buffer, from: number, length: number): number {
    this.#contentLength = -1
    this.#chunked = false
    let at = this.#parseStatusLine(bytes, from, length)
    while (at >= 0 && at < length) {
      if (bytes[at] === LF) return at + 1
      if (bytes[at] === CR) {
        if (at + 1 === length) return -1
        if (bytes[at + 1] !== LF) throw bad('a carriage return within the headers')
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
    if (bytes[colon] !== COLON || colon === from) throw bad('a header line without a name')
    const end = lineEnd(bytes, colon + 1, length)
    if (end >= 0) this.#noteHeader(bytes, from, colon, end)
    return end
  }

  /** Only three headers frame a message; the lengths of their names rule nearly all others out. */
  #noteHeader(bytes: Buffer, from: number, colon: number, end: number): void {
    const length = colon - from
    if (length === 14 && isNamed(bytes, from, 'content-length')) {
      this.#noteContentLength(bytes, colon, end)
    } else if (length === 10 && isNamed(bytes, from, 'connection')) {
      this.#noteConnection(fieldValue(bytes, colon, end))
    } else if (length === 17 && isNamed(bytes, from, 'transfer-encoding')) {
      this.#noteTransferEncoding(fieldValue(bytes, colon, end).toLowerCase())
    }
  }

  #noteContentLength(bytes: Buffer, colon: number, end: number): void {
    let length = 0
    let digits = 0
    for (let at = colon + 1; at < end; at++) {
      const byte = bytes[at]!
      if (isDigit(byte)) {
        length = length * 10 + (byte - 48)
        digits += 1
      } else if (byte > SPACE || (digits > 0 && isDigit(bytes[at + 1]!))) {
        digits = 0
        break
      }
    }
    if (digits === 0 || digits > 15)
      throw bad(`Content-Length: ${fieldValue(bytes, colon, end).slice(0, 40)}`)
    if (this.#contentLength >= 0 && this.#contentLength !== length)
      throw bad('two Content-Lengths that differ')
    this.#contentLength = length
  }

  #noteConnection(value: string): void {
    if (value === 'keep-alive' && this.keepAlive) return
    const options = new Set(value.toLowerCase().split(/\s*,\s*/))
    if (options.has('close')) this.keepAlive = false
    else if (options.has('keep-alive')) this.keepAlive = true
  }

  #noteTransferEncoding(value: string): void {
    if (value !== 'chunked') throw bad(`Transfer-Encoding: ${value.slice(0, 40)}`)
    this.#chunked = true
  }

  /** How the body is framed. Source: RFC 9112, 6.3. */
  #openBody(): void {
    if (this.#chunked && this.#contentLength >= 0) throw bad('both Content-Length and Transfer-Encoding')
    if (this.#headRequest || this.status === 204 || this.status === 304 || this.#contentLength === 0) {
      this.#framing = 'none'
      this.#complete()
    } else if (this.#chunked) {
      this.#framing = 'chunked'
      this.#state = 'chunk-size'
    } else if (this.#contentLength > 0) {
      this.#framing = 'length'
      this.#missing = this.#contentLength
      this.#state = 'body'
    } else {
      this.#framing = 'until-close'
      this.#missing = Infinity
      this.keepAlive = false
      this.#state = 'body'
    }
  }

  /** Takes bytes by the state it is in; answers the index of the first byte not taken. */
  #feedBody(bytes: Buffer, at: number, length: number): number {
    switch (this.#state) {
      case 'body':
      case 'chunk-data':
        return this.#feedData(bytes, at, length)
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer':
        return this.#feedLine(bytes, at, length)
      default:
        return at
    }
  }

  #feedData(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#missing)
    this.#keep(bytes, at, end)
    this.#missing -= end - at
    if (this.#missing === 0) {
      if (this.#state === 'chunk-data') this.#state = 'chunk-end'
      else this.#complete()
    }
    return end
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    this.bodyBytes += to - from
    const room = KEPT_BODY_BYTES - this.body.length
    if (room > 0) this.body += bytes.toString('latin1', from, Math.min(to, from + room))
  }

  /** The lines between chunks: a size, the end of a chunk's data, a trailer. */
  #feedLine(bytes: Buffer, at: number, length: number): number {
    const feed = bytes.indexOf(LF, at)
    const end = feed < 0 || feed >= length ? length : feed + 1
    const line =
      this.#begun.length === 0
        ? bytes.subarray(at, end)
        : Buffer.concat([this.#begun, bytes.subarray(at, end)])
    if (line.length > MAX_LINE_BYTES) throw bad('a line over 8 KiB between the chunks')
    if (line[line.length - 1] !== LF) {
      this.#begun = Buffer.from(line)
      return end
    }
    this.#begun = NOTHING
    this.#noteLine(line.toString('latin1', 0, line.length).trimEnd())
    return end
  }

  #noteLine(line: string): void {
    if (this.#state === 'chunk-size') this.#noteChunkSize(line)
    else if (this.#state === 'chunk-end') {
      if (line !== '') throw bad('a chunk longer than it said')
      this.#state = 'chunk-size'
    } else if (line === '') this.#complete()
  }

  #noteChunkSize(line: string): void {
    const extension = line.indexOf(String.fromCharCode(SEMICOLON))
    const digits = (extension < 0 ? line : line.slice(0, extension)).trim()
    if (!/^[0-9a-f]{1,12}$/i.test(digits)) throw bad(`a chunk size of ${JSON.stringify(digits.slice(0, 40))}`)
    this.#missing = Number.parseInt(digits, 16)
    this.#state = this.#missing === 0 ? 'trailer' : 'chunk-data'
  }

  #complete(): true {
    this.#state = 'done'
    return true
  }
}

/** The index behind the line's LF, or -1 when the line is not whole. Control characters in it are refused. */
function lineEnd(bytes: Buffer, from: number, length: number): number {
  for (let at = from; at < length; at++) {
    const byte = bytes[at]!
    if (byte >= SPACE && byte !== DELETE) continue
    if (byte === LF) return at + 1
    if (byte === CR && (at + 1 === length || bytes[at + 1] === LF)) continue
    if (byte !== TAB) throw bad('a control character within the headers')
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

/** What stands between the colon and the line's end. */
function fieldValue(bytes: Buffer, colon: number, end: number): string {
  return bytes.toString('latin1', colon + 1, end).trim()
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function bad(detail: string): TransportError {
  return new TransportError('bad-response', detail)
}

function notHttp(bytes: Buffer, from: number, length: number): TransportError {
  return bad(`it began with ${JSON.stringify(bytes.toString('latin1', from, Math.min(length, from + 20)))}`)
}
