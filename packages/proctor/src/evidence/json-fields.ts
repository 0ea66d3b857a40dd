import type { FieldValue } from './field-value.ts'
import { bytesBefore, firstBytes, quotesIn, type TextBytes } from './text-bytes.ts'

const MAX_FIELDS = 32
const MAX_DEPTH = 8
const NONE = -1
const ROOT = 0x811c9dc5 | 0

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * The fields of a JSON object and of those within it, one after the other. Builds no objects. What stands in a list is passed
 * over. What is no JSON ends the reading, and is no error: the service is to say so.
 */
export class JsonFields {
  /** Identifies the field that was read last, by its keys. */
  field = ROOT
  readonly #source: TextBytes
  readonly #value: FieldValue
  #at = 0
  #fields = 0
  #depth = 0
  #expectsKey = false
  /** Of each open object: hash of its path, and where its newest key stands. */
  readonly #paths = new Int32Array(MAX_DEPTH + 1)
  readonly #keysFrom = new Int32Array(MAX_DEPTH + 1)
  readonly #keysTo = new Int32Array(MAX_DEPTH + 1)

  constructor(source: TextBytes, value: FieldValue) {
    this.#source = source
    this.#value = value
  }

  /** What the source holds now. */
  begin(): void {
    this.field = ROOT
    this.#at = 0
    this.#fields = 0
    this.#depth = 0
    this.#expectsKey = false
  }

  /** Reads the value of the next field; `false` where there is none. */
  next(): boolean {
    const { bytes, end } = this.#source
    while (this.#at >= 0 && this.#at < end) {
      const at = this.#at
      const code = bytes[at]!
      if (code === QUOTE) {
        if (!this.#expectsKey) return this.#readString(at + 1)
        this.#readKey(at + 1)
      } else if (code === COMMA) {
        if (this.#fields >= MAX_FIELDS) return false
        this.#expectsKey = true
        this.#at = at + 1
      } else if (code === OPEN_OBJECT) {
        if (this.#depth >= MAX_DEPTH) return false
        this.#paths[this.#depth++] = this.field
        this.#keysFrom[this.#depth] = this.#keysTo[this.#depth] = 0
        this.#expectsKey = true
        this.#at = at + 1
      } else if (code === CLOSE_OBJECT) {
        if (--this.#depth <= 0) return false
        this.#at = at + 1
      } else if (isWordStart(code)) {
        return this.#readWord(at)
      } else {
        this.#at = at + 1
      }
    }
    return false
  }

  /** Of the field that was read last. */
  pointer(): string {
    let pointer = ''
    for (let depth = 1; depth <= this.#depth; depth++) {
      pointer += `/${this.#source.text(this.#keysFrom[depth]!, this.#keysTo[depth]!)}`
    }
    return pointer
  }

  #readString(from: number): boolean {
    const close = this.#value.readString(from)
    this.#fields += 1
    this.#at = close + 1
    return close >= 0
  }

  #readWord(from: number): boolean {
    const to = endOfWord(this.#source, from)
    if (to >= 0) this.#value.readWord(from, to)
    this.#fields += 1
    this.#at = to
    return to >= 0
  }

  /** On the way to its closing quote it becomes a hash with all keys above. */
  #readKey(from: number): void {
    const source = this.#source
    let hash = Math.imul(this.#paths[this.#depth - 1]!, 0x5bd1e995)
    let at = from
    let quotes = 0
    while (quotes === 0) {
      const word = source.word(at)
      quotes = quotesIn(word)
      const bytes = quotes === 0 ? 4 : bytesBefore(quotes)
      hash = Math.imul(hash ^ (quotes === 0 ? word : firstBytes(word, bytes)), 0x9e3779b1)
      hash ^= hash >>> 15
      at += bytes
    }
    const close = source.bytes[at] === QUOTE ? at : source.closingQuote(at)
    for (; at < close; at++) hash = Math.imul(hash ^ source.bytes[at]!, 0x01000193)
    this.field = hash
    this.#keysFrom[this.#depth] = from
    this.#keysTo[this.#depth] = close
    this.#expectsKey = false
    this.#at = close >= 0 && close < source.end ? close + 1 : NONE
  }
}

/** Where the list ends that begins here, the number, or `true`, `false`, `null`; -1 where none does. */
export function endOfWord(source: TextBytes, from: number): number {
  const { bytes, end } = source
  const code = bytes[from]!
  if (code === OPEN_LIST) return endOfList(source, from)
  if (!isWordStart(code)) return NONE
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= 32) return at
  }
  return end
}

/** Behind the bracket that closes it. */
function endOfList(source: TextBytes, from: number): number {
  const { bytes, end } = source
  let depth = 0
  for (let at = from; at < end; at++) {
    const code = bytes[at]!
    if (code === QUOTE) {
      at = source.closingQuote(at + 1)
      if (at < 0) return NONE
    } else if (code === OPEN_LIST) depth += 1
    else if (code === CLOSE_LIST && --depth === 0) return at + 1
  }
  return NONE
}

function isWordStart(code: number): boolean {
  return (
    code === MINUS ||
    (code >= ZERO && code <= NINE) ||
    code === OPEN_LIST ||
    (code > 96 && code < OPEN_OBJECT)
  )
}
