import { bytesBefore, digitsIn, firstBytes, quotesIn, type TextBytes } from './text-bytes.ts'

export const VALUE_KINDS = ['text', 'number', 'boolean', 'null', 'empty', 'list'] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

const [TEXT, NUMBER, BOOLEAN, NULL, EMPTY, LIST] = [0, 1, 2, 3, 4, 5] as const

/** Of a longer text its beginning, its end and its length make its hash. */
const HASHED = 256
const ENDING = 48
const MAX_DIGITS = 15
const NONE = -1
const QUOTE = 34
const MINUS = 45
const POINT = 46
const ZERO = 48
const NINE = 57
const OPEN_LIST = 91
const N = 110

/** The value of a field: the one that was read last. No object for each, there are several in a request. */
export class FieldValue {
  /** Hash of the value: 21 bits and 32. */
  high = 0
  low = 0
  /** Index in `VALUE_KINDS`. */
  kind: number = TEXT
  /** In characters of the text as it was sent. */
  length = 0
  /** Whether a character is beyond ASCII. */
  isWide = false
  /** Where it stands. */
  from = 0
  to = 0
  readonly #source: TextBytes
  /** Where the first digits stand. */
  #digits = NONE
  /** Of a value whose text is not at hand. */
  #givenNumber: number | undefined
  #givenText: string | undefined

  constructor(source: TextBytes) {
    this.#source = source
  }

  /** Of a value of JSON. */
  get isString(): boolean {
    return this.kind === TEXT || this.kind === EMPTY
  }

  get hasNumber(): boolean {
    return this.#digits !== NONE || this.kind === NUMBER
  }

  /** The value of a number, or the first digits in a text as one. */
  get number(): number {
    if (this.#givenNumber !== undefined) return this.#givenNumber
    return this.kind === NUMBER ? this.#decimal() : this.#firstDigits()
  }

  /** The value as it stands in the request. */
  text(): string {
    return (
      this.#givenText ??
      (this.#givenNumber !== undefined ? String(this.#givenNumber) : this.#source.text(this.from, this.to))
    )
  }

  /** What remains when the source holds another text. */
  copy(): FieldValue {
    const copy = new FieldValue(this.#source)
    copy.high = this.high
    copy.low = this.low
    copy.kind = this.kind
    copy.length = this.length
    copy.isWide = this.isWide
    copy.#digits = this.#digits
    copy.#givenNumber = this.hasNumber ? this.number : undefined
    copy.#givenText = this.text()
    return copy
  }

  equals({ high, low, kind }: FieldValue): boolean {
    return this.high === high && this.low === low && this.kind === kind
  }

  /** A whole number from 0 on. */
  readNumber(number: number): void {
    const mixed = Math.imul(number ^ 0x3c6ef372, 0x85ebca6b)
    this.high = mixed >>> 11
    this.low = Math.imul(mixed ^ (mixed >>> 15), 0x297a2d39)
    this.kind = NUMBER
    this.length = 0
    this.isWide = false
    this.#digits = NONE
    this.#givenNumber = number
  }

  /** What stands between these. */
  readText(from: number, to: number): void {
    this.#read(from, Math.min(to, from + HASHED), false)
    if (to - from > HASHED) this.#readEnd(from, to)
  }

  /** A string of JSON, from behind its opening quote: answers where the closing one stands, -1 where there is none. */
  readString(from: number): number {
    const source = this.#source
    const { end } = source
    const close = this.#read(from, Math.min(end, from + HASHED), true)
    if (close < end && source.bytes[close] === QUOTE) return close
    const far = source.closingQuote(from)
    if (far < 0) return far
    if (close === from + HASHED) this.#readEnd(from, far)
    else this.readText(from, far)
    return far
  }

  /** A number, a list, or one of `true`, `false`, `null`. */
  readWord(from: number, to: number): void {
    this.readText(from, to)
    const code = this.#source.bytes[from]!
    this.kind = code === OPEN_LIST ? LIST : code === N ? NULL : code > NINE ? BOOLEAN : NUMBER
    if (this.kind !== NUMBER) this.#digits = NONE
  }

  /** Of a text whose beginning was just read. */
  #readEnd(from: number, to: number): void {
    const { high, low, isWide } = this
    const digits = this.#digits
    this.#read(to - ENDING, to, false)
    this.from = from
    this.high = (Math.imul(this.high ^ (to - from), 0xc2b2ae35) ^ high) >>> 11
    this.low = Math.imul(this.low + (to - from), 0x27d4eb2f) ^ low
    this.isWide ||= isWide
    this.length = this.isWide ? this.#source.characters(from, to) : to - from
    if (digits !== NONE) this.#digits = digits
  }

  /**
   * What stands up to `to`, in a string of JSON up to a quote or a backslash: answers where that is. One pass over the words, for
   * the hash, the place of the first digits, and whether any character is beyond ASCII.
   */
  #read(from: number, to: number, isString: boolean): number {
    const source = this.#source
    let high = 0x811c9dc5 | 0
    let low = 0x9747b28c | 0
    let seen = 0
    let digits = NONE
    let at = from
    let bytes = 4
    while (at < to && bytes === 4) {
      let word = source.word(at)
      bytes = Math.min(4, to - at)
      const quotes = isString ? quotesIn(word) : 0
      if (quotes !== 0) bytes = Math.min(bytes, bytesBefore(quotes))
      if (bytes === 0) break
      word = firstBytes(word, bytes)
      high = Math.imul(high ^ word, 0x9e3779b1)
      high ^= high >>> 15
      low = Math.imul(low + word, 0x85ebca77)
      low ^= low >>> 13
      seen |= word
      if (digits === NONE && digitsIn(word) !== 0) digits = at
      at += bytes
    }
    this.from = from
    this.to = at
    this.kind = at === from ? EMPTY : TEXT
    this.#setHash(high, low, at - from)
    this.isWide = (seen & 0x80808080) !== 0
    this.length = this.isWide ? source.characters(from, at) : at - from
    this.#givenNumber = undefined
    this.#digits = digits === NONE ? NONE : this.#firstDigit(digits, at)
    return at
  }

  /** The last words reach the low bits, too, which say whether a value is followed. */
  #setHash(high: number, low: number, bytes: number): void {
    const mixed = Math.imul(high ^ bytes, 0xc2b2ae35)
    const other = Math.imul(low + bytes, 0x27d4eb2f)
    this.high = (mixed ^ (mixed >>> 16)) >>> 11
    this.low = other ^ (other >>> 15) ^ mixed ^ (mixed >>> 16)
  }

  #firstDigit(from: number, to: number): number {
    const { bytes } = this.#source
    for (let at = from; at < to; at++) if (isDigit(bytes[at]!)) return at
    return NONE
  }

  #firstDigits(): number {
    const { bytes } = this.#source
    const end = Math.min(this.to, this.#digits + MAX_DIGITS)
    let value = 0
    for (let at = this.#digits; at < end && isDigit(bytes[at]!); at++)
      value = value * 10 + (bytes[at]! - ZERO)
    return value
  }

  /** `Number` of the text, without a text of its own where it is a plain decimal. */
  #decimal(): number {
    const { bytes } = this.#source
    const [from, to] = [this.from, this.to]
    const isNegative = bytes[from] === MINUS
    let value = 0
    let scale = 0
    for (let at = isNegative ? from + 1 : from; at < to; at++) {
      const code = bytes[at]!
      if (code === POINT && scale === 0) scale = 1
      else if (!isDigit(code) || to - from > MAX_DIGITS) return Number(this.text())
      else {
        value = value * 10 + (code - ZERO)
        scale *= 10
      }
    }
    const size = scale === 0 ? value : value / scale
    return isNegative ? -size : size
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}
