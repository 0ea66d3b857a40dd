/** Where a field of a request stands. */
export type FieldPlace = 'body' | 'query' | 'path' | 'header' | 'user' | 'instance'

/** Told of each field of a request while the reader stands at it. */
export interface FieldSink {
  /** `field` identifies the field within requests of one name. */
  field(field: number, reader: FieldReader): void
}

export const VALUE_KINDS = ['text', 'number', 'boolean', 'null', 'empty', 'list'] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

const [TEXT, NUMBER, BOOLEAN, NULL, EMPTY, LIST] = [0, 1, 2, 3, 4, 5] as const

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Past these a text is not read on: what a request costs must not follow from its size. */
const MAX_CHARACTERS = 16_384
const MAX_FIELDS = 32
const MAX_DEPTH = 8
/** Of a longer text its beginning, its end and its length make its hash. */
const HASHED = 96
const MAX_DIGITS = 15
const ROOT = 0x811c9dc5 | 0
const NONE = -1
const USER_FIELD = 1

/**
 * Reads the fields out of a request: of a JSON body by pointer (`/address/city`), of a form and a query by name, of a
 * path by position. It builds no objects, and stands itself for the value it is at, so that a body of 100 characters
 * costs well under a microsecond. What stands in a list is passed over. What is no JSON ends the reading, and is no
 * error: the service is to say so.
 */
export class FieldReader {
  /** Hash of the value: 21 bits and 32. */
  high = 0
  low = 0
  /** Index in `VALUE_KINDS`. */
  kind = 0
  /** In characters of the text as it was sent. */
  length = 0
  hasNumber = false
  /** Whether a character is beyond ASCII. */
  isWide = false
  place: FieldPlace = 'body'
  #text = ''
  #from = 0
  #to = 0
  #nameFrom = 0
  #nameTo = 0
  #context = ''
  #fields = 0
  #depth = 0
  #keyHash = 0
  /** Of each open object: hash of its path, and where its newest key stands. */
  readonly #paths = new Int32Array(MAX_DEPTH + 1)
  readonly #keysFrom = new Int32Array(MAX_DEPTH + 1)
  readonly #keysTo = new Int32Array(MAX_DEPTH + 1)
  /** In an array of doubles, since a double of an object would be a piece of memory of its own. */
  readonly #number = new Float64Array(1)

  /** The value of a number, or the first digits in a text as one. */
  get number(): number {
    return this.#number[0]!
  }

  /** The value as it stands in the request. */
  text(): string {
    return this.place === 'user' ? String(this.number) : this.#text.slice(this.#from, this.#to)
  }

  name(): string {
    if (this.#context !== '') return this.#context
    if (this.place === 'body' && this.#depth > 0) return this.#pointer()
    return this.#text.slice(this.#nameFrom, this.#nameTo)
  }

  /** A text body: JSON, or a form. */
  readBody(body: string, sink: FieldSink): void {
    this.#begin(body, 'body')
    if (body.charCodeAt(0) === OPEN_OBJECT) this.#readJson(sink)
    else if (FORM.test(body)) this.#readPairs(0, sink)
  }

  /** What stands in a path behind `?`, and its segments. */
  readPath(path: string, sink: FieldSink): void {
    this.#begin(path, 'query')
    const query = path.indexOf('?')
    if (query >= 0) this.#readPairs(query + 1, sink)
    this.place = 'path'
    const end = query < 0 ? path.length : query
    let at = 1
    for (let segment = 1; at < end && segment <= MAX_DEPTH; segment++) {
      const slash = path.indexOf('/', at)
      const to = slash < 0 || slash > end ? end : slash
      this.#context = `segment ${segment}`
      this.#textValue(at, to)
      sink.field(segment + 16, this)
      at = to + 1
    }
  }

  /** Headers that the scenario gave the request. */
  readHeaders(headers: Readonly<Record<string, string>> | undefined, sink: FieldSink): void {
    for (const name in headers) this.readContext('header', name.toLowerCase(), headers[name]!, sink)
  }

  /** The number of the user that asked. */
  readUser(user: number, sink: FieldSink): void {
    this.place = 'user'
    this.#context = 'user'
    this.kind = NUMBER
    this.length = 0
    this.hasNumber = true
    this.isWide = false
    this.#number[0] = user
    const mixed = Math.imul(user ^ 0x3c6ef372, 0x85ebca6b)
    this.high = mixed >>> 11
    this.low = Math.imul(mixed ^ (mixed >>> 15), 0x297a2d39)
    sink.field(USER_FIELD, this)
  }

  /** A value that stands nowhere in the request. */
  readContext(place: FieldPlace, name: string, value: string, sink: FieldSink): void {
    this.#begin(value, place)
    this.#context = name
    this.#textValue(0, value.length)
    let field = ROOT ^ place.length
    for (let at = 0; at < name.length; at++) field = Math.imul(field ^ name.charCodeAt(at), 0x01000193)
    sink.field(field, this)
  }

  #begin(text: string, place: FieldPlace): void {
    this.#text = text
    this.place = place
    this.#context = ''
    this.#fields = 0
    this.#depth = 0
  }

  #readPairs(from: number, sink: FieldSink): void {
    const text = this.#text
    const end = Math.min(text.length, from + MAX_CHARACTERS)
    let at = from
    for (let pair = 0; at < end && pair < MAX_FIELDS; pair++) {
      const and = text.indexOf('&', at)
      const to = and < 0 || and > end ? end : and
      const equals = text.indexOf('=', at)
      this.#nameFrom = at
      this.#nameTo = equals < 0 || equals > to ? to : equals
      const field = this.#hashName(at, this.#nameTo, ROOT ^ this.place.length)
      this.#textValue(Math.min(this.#nameTo + 1, to), to)
      sink.field(field, this)
      at = to + 1
    }
  }

  #readJson(sink: FieldSink): void {
    const text = this.#text
    const end = Math.min(text.length, MAX_CHARACTERS)
    let expectsKey = false
    let path = ROOT
    let at = 0
    while (at < end) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        if (expectsKey) {
          const close = this.#quotedKey(at + 1)
          if (close < 0) return
          path = this.#keyHash
          expectsKey = false
          at = close + 1
          continue
        }
        const close = this.#quotedValue(at + 1)
        if (close < 0) return
        sink.field(path, this)
        this.#fields += 1
        at = close + 1
      } else if (code === COMMA) {
        if (this.#fields >= MAX_FIELDS) return
        expectsKey = true
        at += 1
      } else if (code === OPEN_OBJECT) {
        if (this.#depth >= MAX_DEPTH) return
        this.#paths[this.#depth++] = path
        expectsKey = true
        at += 1
      } else if (code === CLOSE_OBJECT) {
        if (--this.#depth <= 0) return
        at += 1
      } else if (isWordStart(code)) {
        const to = code === OPEN_LIST ? endOfList(text, at, end) : endOfWord(text, at, end)
        if (to < 0) return
        this.#wordValue(at, to, code)
        sink.field(path, this)
        this.#fields += 1
        at = to
      } else {
        at += 1
      }
    }
  }

  #pointer(): string {
    let pointer = ''
    for (let depth = 1; depth <= this.#depth; depth++) {
      pointer += `/${this.#text.slice(this.#keysFrom[depth], this.#keysTo[depth])}`
    }
    return pointer
  }

  #wordValue(from: number, to: number, code: number): void {
    this.#textValue(from, to)
    this.kind = code === OPEN_LIST ? LIST : code === N ? NULL : code > NINE ? BOOLEAN : NUMBER
    this.hasNumber = this.kind === NUMBER
    if (this.hasNumber && (code === MINUS || to - from > 1)) this.#number[0] = decimalOf(this.#text, from, to)
  }

  /** Answers where its closing quote stands, -1 where it has none; on the way it becomes a hash with all keys above. */
  #quotedKey(from: number): number {
    const text = this.#text
    const end = Math.min(text.length, from + SHORT)
    const above = this.#paths[this.#depth - 1]!
    let hash = Math.imul(above, 0x5bd1e995)
    let at = from
    let code = 0
    while (at < end && (code = text.charCodeAt(at)) !== QUOTE && code !== BACKSLASH) {
      hash = Math.imul(hash ^ code, 0x01000193)
      at += 1
    }
    if (code !== QUOTE) {
      at = closingQuote(text, from)
      if (at >= 0) hash = this.#hashName(from, at, above)
    }
    this.#keyHash = hash
    this.#keysFrom[this.#depth] = from
    this.#keysTo[this.#depth] = at
    return at
  }

  /** Answers where its closing quote stands; -1 where it has none. */
  #quotedValue(from: number): number {
    const text = this.#text
    const close = this.#readValue(from, Math.min(text.length, from + HASHED), QUOTE)
    if (close >= 0) return close
    const far = closingQuote(text, from)
    if (far >= 0) this.#textValue(from, far)
    return far
  }

  #textValue(from: number, to: number): void {
    this.#readValue(from, to, NONE)
  }

  /**
   * One pass over the characters: the hash, where the first digits stand, whether any character is beyond ASCII. It ends
   * at `to` or, where a `quote` is to be found, at that, and answers where; -1 where it isn't found, or something is escaped.
   */
  #readValue(from: number, to: number, quote: number): number {
    const text = this.#text
    const isLong = quote === NONE && to - from > HASHED
    const gap = isLong ? from + HASHED / 2 : NONE
    let high = ROOT
    let low = 0x9747b28c | 0
    let digits = NONE
    let seen = 0
    let at = from
    let code = 0
    for (; at < to; at++) {
      if (at === gap) at = to - HASHED / 2
      code = text.charCodeAt(at)
      if (code === quote) break
      if (code === BACKSLASH && quote === QUOTE) return -1
      high = Math.imul(high ^ code, 0x01000193)
      low = Math.imul(low + code, 0x5bd1e995)
      seen |= code
      if (digits === NONE && code <= NINE && code >= ZERO) digits = at
    }
    if (quote === QUOTE && (at === to || code !== quote)) return -1
    const length = at - from
    high = Math.imul(high ^ length, 0x01000193)
    low = Math.imul(low ^ (low >>> 15), 0x297a2d39)
    this.#from = from
    this.#to = at
    this.length = length
    this.kind = length === 0 ? EMPTY : TEXT
    this.high = (high ^ (high << 7)) >>> 11
    this.low = low ^ (low >>> 16) ^ high
    this.hasNumber = digits !== NONE
    this.isWide = seen > 127
    if (digits !== NONE) this.#readDigits(digits, at)
    return at
  }

  #readDigits(from: number, to: number): void {
    const text = this.#text
    const end = Math.min(to, from + MAX_DIGITS)
    let value = 0
    for (let at = from; at < end; at++) {
      const digit = text.charCodeAt(at) - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    this.#number[0] = value
  }

  #hashName(from: number, to: number, seed: number): number {
    const text = this.#text
    let hash = Math.imul(seed, 0x5bd1e995)
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    return hash
  }
}

const N = 110
const FORM = /^[\w.%+[\]-]{1,64}=/
/** So far a string is looked through character by character, which for short ones costs less than to ask for the quote. */
const SHORT = 64

/** A number, a list, or one of `true`, `false`, `null`. */
function isWordStart(code: number): boolean {
  return (
    code === MINUS ||
    (code >= ZERO && code <= NINE) ||
    code === OPEN_LIST ||
    (code > 96 && code < OPEN_OBJECT)
  )
}

/** The index of the quote that ends the string; -1 where none does. */
function closingQuote(text: string, from: number): number {
  const soon = Math.min(text.length, from + SHORT)
  for (let at = from; at < soon; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at += 1
  }
  return soon === text.length ? -1 : closingQuoteFarAway(text, from)
}

function closingQuoteFarAway(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return at
  }
  return -1
}

/** Behind the bracket that closes the list at `from`; -1 where none does before `end`. */
function endOfList(text: string, from: number, end: number): number {
  let depth = 0
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = closingQuote(text, at + 1)
      if (at < 0) return -1
    } else if (code === OPEN_LIST) depth += 1
    else if (code === CLOSE_LIST && --depth === 0) return at + 1
  }
  return -1
}

/** The end of a number, or of `true`, `false` and `null`. */
function endOfWord(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST || code <= 32) return at
  }
  return end
}

/** `Number` of the text, without a text of its own where it is a plain decimal. */
function decimalOf(text: string, from: number, to: number): number {
  const isNegative = text.charCodeAt(from) === MINUS
  let value = 0
  let scale = 0
  for (let at = isNegative ? from + 1 : from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code === POINT && scale === 0) scale = 1
    else if (code < ZERO || code > NINE || to - from > MAX_DIGITS) return Number(text.slice(from, to))
    else {
      value = value * 10 + (code - ZERO)
      scale *= 10
    }
  }
  const size = scale === 0 ? value : value / scale
  return isNegative ? -size : size
}

const POINT = 46
