import type { TransportErrorCode } from '../../../src/http/transport-error.ts'

/** What the bytes say of themselves, however they were cut and whatever comes after them. */
export type Judgement =
  | { state: 'whole'; status: number; body: string; keepAlive: boolean }
  /** A body that the connection's end completes. */
  | { state: 'until-close'; status: number; body: string }
  /** The beginning of an answer. */
  | { state: 'begun' }
  | { state: 'refused'; codes: readonly TransportErrorCode[] }

const MAX_HEAD = 64 * 1024
const MAX_LINE = 8 * 1024
const NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const VALUE = '[\\t\\x20-\\x7e\\x80-\\xff]*'
const STATUS_LINE = new RegExp(`^HTTP/1\\.([01]) ([1-9]\\d\\d)(?=[\\t \\r\\n])${VALUE}\\r?\\n$`)
const STATUS_LINE_BEGUN = new RegExp(`^HTTP/1\\.[01] [1-9]\\d\\d(?=[\\t \\r\\n])${VALUE}\\r?$`)
const HEADER = new RegExp(`^(${NAME}):[\\t ]*(${VALUE}?)[\\t ]*\\r?\\n$`)
const HEADER_BEGUN = new RegExp(`^(?:\\r?|${NAME}|${NAME}:${VALUE}\\r?)$`)
const CHUNK_SIZE = /^([0-9a-f]{1,12})[\t ]*(?:;.*)?\r?\n$/is

const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection'])

const BEGUN = { state: 'begun' } as const
const BAD = refused('bad-response')

/**
 * The naive twin of the parser: slow, by lines and regular expressions over the whole text, a character a byte.
 * Source: RFC 9112. Where that leaves room, Proctor's own rules: a status line is looked at once 13 bytes of it
 * have come, lines within a chunked body once they are whole.
 */
export function judge(method: string, text: string): Judgement {
  let from = 0
  for (;;) {
    const head = readHead(text, from)
    if (!('end' in head)) return head
    if (head.end - from > MAX_HEAD) return refused('headers-too-large')
    if (head.status === 101) return BAD
    if (head.status >= 200) return readBody(method, text, head)
    from = head.end
  }
}

interface Head {
  readonly end: number
  readonly status: number
  /** Those that frame the message. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly version: string
}

function readHead(text: string, from: number): Head | Judgement {
  const tooLong = text.length - from > MAX_HEAD
  if (text.length - from < 13) return 'HTTP/1.'.startsWith(text.slice(from, from + 7)) ? BEGUN : BAD
  const first = lineAt(text, from)
  const [, version = '', status = ''] = STATUS_LINE.exec(first) ?? []
  if (version === '') return STATUS_LINE_BEGUN.test(first) ? unfinished(tooLong) : badHead(from, from, first)
  const fields: [string, string][] = []
  let at = from + first.length
  for (;;) {
    const line = lineAt(text, at)
    if (line === '\r\n' || line === '\n')
      return { end: at + line.length, status: Number(status), fields, version }
    const [, name, value] = HEADER.exec(line) ?? []
    if (name === undefined) return HEADER_BEGUN.test(line) ? unfinished(tooLong) : badHead(from, at, line)
    if (FRAMING.has(name.toLowerCase())) fields.push([name.toLowerCase(), value!])
    if (!framesWell(fields)) return badHead(from, at, line)
    at += line.length
  }
}

/** Once per header line, so that what is wrong is wrong as soon as its line is whole. */
function framesWell(fields: Head['fields']): boolean {
  const lengths = valuesOf(fields, 'content-length')
  const encodings = valuesOf(fields, 'transfer-encoding')
  return (
    lengths.every((length) => /^\d{1,15}$/.test(length) && Number(length) === Number(lengths[0])) &&
    encodings.length <= 1 &&
    encodings.every((encoding) => encoding.toLowerCase() === 'chunked')
  )
}

function readBody(method: string, text: string, { end, status, fields, version }: Head): Judgement {
  const [length] = valuesOf(fields, 'content-length').map(Number)
  const chunked = valuesOf(fields, 'transfer-encoding').length > 0
  if (chunked && length !== undefined) return BAD
  const connection = valuesOf(fields, 'connection').join(',').toLowerCase()
  const options = new Set(connection.split(/[\t ]*,[\t ]*/))
  const keepAlive = !options.has('close') && (version === '1' || options.has('keep-alive'))
  const rest = text.slice(end)
  const whole = (body: string, used: number): Judgement =>
    used < rest.length ? refused('unexpected-data') : { state: 'whole', status, body, keepAlive }
  if (method === 'HEAD' || status === 204 || status === 304) return whole('', 0)
  if (chunked) return readChunks(rest, whole)
  if (length === undefined) return { state: 'until-close', status, body: rest }
  return rest.length < length ? BEGUN : whole(rest.slice(0, length), length)
}

function readChunks(rest: string, whole: (body: string, used: number) => Judgement): Judgement {
  let body = ''
  let at = 0
  for (;;) {
    const line = lineAt(rest, at)
    if (line.length > MAX_LINE) return BAD
    if (!line.endsWith('\n')) return BEGUN
    const [, digits] = CHUNK_SIZE.exec(line) ?? []
    if (digits === undefined) return BAD
    const size = Number.parseInt(digits, 16)
    at += line.length
    if (size === 0) return readTrailers(rest, at, (used) => whole(body, used))
    if (rest.length < at + size) return BEGUN
    body += rest.slice(at, at + size)
    at += size
    const end = lineAt(rest, at)
    if (end.length > MAX_LINE) return BAD
    if (!end.endsWith('\n')) return BEGUN
    if (end !== '\r\n' && end !== '\n') return BAD
    at += end.length
  }
}

function readTrailers(rest: string, from: number, whole: (used: number) => Judgement): Judgement {
  for (let at = from; ;) {
    const line = lineAt(rest, at)
    if (line.length > MAX_LINE) return BAD
    if (!line.endsWith('\n')) return BEGUN
    at += line.length
    if (line === '\r\n' || line === '\n') return whole(at)
  }
}

/** Up to and with its LF, or to the end of the text. */
function lineAt(text: string, at: number): string {
  const feed = text.indexOf('\n', at)
  return text.slice(at, feed < 0 ? text.length : feed + 1)
}

function valuesOf(fields: Head['fields'], wanted: string): string[] {
  return fields.filter(([name]) => name === wanted).map(([, value]) => value)
}

function unfinished(tooLong: boolean): Judgement {
  return tooLong ? refused('headers-too-large') : BEGUN
}

/** Behind the limit it depends on the reads which is seen first: the length, or what is bad. */
function badHead(from: number, at: number, line: string): Judgement {
  return at + line.length - from > MAX_HEAD ? refused('bad-response', 'headers-too-large') : BAD
}

function refused(...codes: TransportErrorCode[]): Judgement {
  return { state: 'refused', codes }
}
