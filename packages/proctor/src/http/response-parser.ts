import { type KnownAnswer, KnownAnswers } from './known-answers.ts'
import { type KnownBody, KnownBodies } from './known-bodies.ts'
import { KEPT_BODY_BYTES } from './response.ts'
import { ResponseHead } from './response-head.ts'
import { badResponse, TransportError } from './transport-error.ts'

const MAX_HEAD_BYTES = 64 * 1024
/** A chunk's size line, its extensions included, and each trailer line. */
const MAX_LINE_BYTES = 8 * 1024

/** More pieces of a body than this are put into one string. */
const MAX_PIECES = 256
/** Behind a head that is cut out alone: what follows may be a known body, of which no string is made. */
const MUCH_BYTES = 2 * 1024
/** The size, and perhaps extensions behind it. */
const CHUNK_SIZE = /^([0-9a-f]{1,12})[\t ]*(?:;|$)/i

const NOTHING = Buffer.alloc(0)

/** `body-to-end`: the body lasts until the connection ends. */
type State = 'head' | 'body' | 'body-to-end' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'done'

/**
 * Reads one HTTP/1.1 answer after another out of the bytes of a connection. Source: RFC 9112.
 *
 * What it keeps, it keeps as latin1 strings, one character a byte: no copy costs less, in time or in garbage. Each
 * read becomes one string, of which head and body are cut: a cut costs a tenth of a string of its own. A body that came
 * before is not even copied: it is kept as the one that is known.
 *
 * `begin` expects an answer, `feed` takes bytes until it returns true: then the answer is whole and its parts can be
 * read until the next `begin`. Whatever is not an answer is thrown as a `TransportError`; a parser that has thrown
 * is of no further use.
 */
export class ResponseParser {
  readonly head = new ResponseHead()
  /** Bytes of the body after the chunks were taken apart. */
  bodyBytes = 0

  readonly #known: KnownBodies
  readonly #answers: KnownAnswers
  /** What the body has been, from its first byte to its newest. */
  #likely: KnownBody | undefined
  #headText = ''
  #body = ''
  /** The newest of the body, and how many pieces it was put together from. */
  #tail = ''
  #pieces = 0
  /** The read being fed, once something of it is kept. */
  #read = ''
  #state: State = 'done'
  #headRequest = false
  /** Bytes of the body, or of the chunk, still to come. */
  #missing = 0
  /** A head that began in an earlier read. */
  #begun: Buffer = NOTHING
  /** A line between chunks that began in an earlier read. */
  #line = ''

  /** Parsers that are given the same known bodies and answers keep one copy among them. */
  constructor(known = new KnownBodies(), answers = new KnownAnswers()) {
    this.#known = known
    this.#answers = answers
  }

  begin(method: string): void {
    this.#state = 'head'
    this.#headRequest = method === 'HEAD'
    this.#body = ''
    this.#tail = ''
    this.#pieces = 0
    this.#likely = undefined
    this.bodyBytes = 0
  }

  /** Takes the first `length` bytes of `bytes` and copies what it keeps. True when the answer is whole. */
  feed(bytes: Buffer, length: number): boolean {
    const mayBeKnown = this.#state === 'head' && this.#begun.length === 0 && !this.#headRequest
    if (!mayBeKnown) return this.#take(bytes, length)
    const known = this.#answers.match(bytes, length)
    if (known !== undefined) return this.#repeat(known)
    const isWhole = this.#take(bytes, length)
    if (isWhole && this.#answers.isToBeRemembered(length)) this.#note(bytes, length)
    return isWhole
  }

  /** The other side has ended the connection. True when that made the answer whole, else it throws. */
  end(): boolean {
    if (this.#state === 'body-to-end') return this.#complete()
    throw new TransportError('connection-closed')
  }

  /** Hands over the head's lines, as they came: a connection that idles must not hold on to its last answer. */
  takeHead(): string {
    const head = this.#headText
    this.#headText = ''
    return head
  }

  /** Hands over what was kept of the body. */
  takeBody(): string {
    const body = this.#likely?.text ?? this.#body + this.#tail
    // Only a body whose length was said can be looked for before it comes.
    if (body.length === this.head.contentLength) this.#remember(body)
    this.#body = ''
    this.#tail = ''
    this.#likely = undefined
    return body
  }

  #take(bytes: Buffer, length: number): boolean {
    let at = this.#state === 'head' ? this.#feedHead(bytes, length) : 0
    while (at < length && this.#state !== 'done') at = this.#feedBody(bytes, at, length)
    this.#read = ''
    if (this.#state !== 'done') return false
    if (at < length) throw new TransportError('unexpected-data', `${length - at} bytes after the answer`)
    return true
  }

  #repeat({ head, headText, body, bodyBytes }: KnownAnswer): true {
    this.head.assign(head)
    this.#headText = headText
    this.#tail = body
    this.bodyBytes = bodyBytes
    return this.#complete()
  }

  #note(bytes: Buffer, length: number): void {
    this.#answers.remember(length, {
      bytes: Buffer.from(bytes.subarray(0, length)),
      head: new ResponseHead().assign(this.head),
      headText: this.#headText,
      body: this.#body + this.#tail,
      bodyBytes: this.bodyBytes,
    })
  }

  #remember(body: string): void {
    if (this.#likely === undefined) this.#known.note(body)
    else this.#known.recurred(body.length)
  }

  /** Answers how many of the bytes belonged to the head. */
  #feedHead(bytes: Buffer, length: number): number {
    if (this.#begun.length > 0) return this.#resumeHead(bytes, length)
    let at = 0
    do {
      const end = this.head.parse(bytes, at, length)
      if ((end < 0 ? length : end) - at > MAX_HEAD_BYTES) throw new TransportError('headers-too-large')
      if (end < 0) {
        this.#begun = Buffer.from(bytes.subarray(at, length))
        return length
      }
      this.#headText =
        length - end > MUCH_BYTES ? bytes.toString('latin1', at, end) : this.#cut(bytes, at, end, length)
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
    this.#read = ''
    // What the joined bytes hold beyond the head came in this read.
    return used - before
  }

  /** 100 and 103 come before the answer itself. 101 would change the protocol, which was not asked for. */
  #isInterim(): boolean {
    const { status } = this.head
    if (status === 101) throw badResponse('status 101 without an upgrade')
    return status < 200
  }

  /** How the body is framed. Source: RFC 9112, 6.3. */
  #openBody(): void {
    const { status, contentLength, chunked } = this.head
    if (chunked && contentLength >= 0) throw badResponse('both Content-Length and Transfer-Encoding')
    if (this.#headRequest || status === 204 || status === 304 || contentLength === 0) {
      this.#complete()
    } else if (chunked) {
      this.#state = 'chunk-size'
    } else if (contentLength > 0) {
      this.#missing = contentLength
      this.#likely = this.#known.find(contentLength)
      this.#state = 'body'
    } else {
      this.#missing = Infinity
      this.head.keepAlive = false
      this.#state = 'body-to-end'
    }
  }

  /** Takes bytes by the state it is in; answers the index of the first byte not taken. */
  #feedBody(bytes: Buffer, at: number, length: number): number {
    switch (this.#state) {
      case 'body':
      case 'body-to-end':
      case 'chunk-data':
        return this.#feedData(bytes, at, length)
      default:
        return this.#feedLine(bytes, at, length)
    }
  }

  #feedData(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#missing)
    if (this.#likely === undefined || !this.#isLikely(this.#likely, bytes, at, end)) {
      const kept = Math.min(end, at + KEPT_BODY_BYTES - this.#body.length - this.#tail.length)
      if (kept > at) this.#keep(this.#cut(bytes, at, kept, length))
    }
    this.bodyBytes += end - at
    this.#missing -= end - at
    if (this.#missing === 0) {
      if (this.#state === 'chunk-data') this.#state = 'chunk-end'
      else this.#complete()
    }
    return end
  }

  /** Whether the body goes on as the known one; where it doesn't, what it was up to here is kept. */
  #isLikely({ bytes: known, text }: KnownBody, bytes: Buffer, at: number, end: number): boolean {
    const from = this.bodyBytes
    if (bytes.compare(known, from, from + end - at, at, end) === 0) return true
    this.#known.differed(text.length)
    this.#likely = undefined
    if (from > 0) this.#keep(text.slice(0, from))
    return false
  }

  /** A piece holds on to the read it was cut from, however little it is of it: so that many don't, they are copied. */
  #keep(piece: string): void {
    this.#tail += piece
    this.#pieces += 1
    if (this.#pieces < MAX_PIECES) return
    this.#body += Buffer.from(this.#tail, 'latin1').toString('latin1')
    this.#tail = ''
    this.#pieces = 0
  }

  #cut(bytes: Buffer, from: number, to: number, length: number): string {
    if (this.#read === '') this.#read = bytes.toString('latin1', 0, length)
    return this.#read.slice(from, to)
  }

  /** The lines between chunks: a size, the end of a chunk's data, a trailer. */
  #feedLine(bytes: Buffer, at: number, length: number): number {
    if (this.#read === '') this.#read = bytes.toString('latin1', 0, length)
    const feed = this.#read.indexOf('\n', at)
    const end = feed < 0 ? length : feed + 1
    const line = this.#line + this.#read.slice(at, end)
    if (line.length > MAX_LINE_BYTES) throw badResponse('a line over 8 KiB between the chunks')
    this.#line = feed < 0 ? line : ''
    if (feed >= 0) this.#noteLine(line.slice(0, line.endsWith('\r\n') ? -2 : -1))
    return end
  }

  #noteLine(line: string): void {
    if (this.#state === 'chunk-size') this.#noteChunkSize(line)
    else if (this.#state === 'chunk-end') {
      if (line !== '') throw badResponse('a chunk longer than it said')
      this.#state = 'chunk-size'
    } else if (line === '') this.#complete()
  }

  #noteChunkSize(line: string): void {
    const digits = CHUNK_SIZE.exec(line)?.[1]
    if (digits === undefined) throw badResponse(`a chunk size of ${JSON.stringify(line.slice(0, 40))}`)
    this.#missing = Number.parseInt(digits, 16)
    this.#state = this.#missing === 0 ? 'trailer' : 'chunk-data'
  }

  #complete(): true {
    this.#state = 'done'
    return true
  }
}
