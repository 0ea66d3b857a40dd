/** Past these a text is not read on: what a request costs must not follow from its size. */
const MOST = 16_384
const WORD = 4
const QUOTE = 34
const BACKSLASH = 92

/**
 * The text being read, as UTF-8: four bytes are looked at together, where of a string's characters each is asked for by
 * itself. Behind its end stands a quote, so that who looks for one finds it.
 */
export class TextBytes {
  readonly bytes: Buffer
  /** Where the text ends; longer ones are cut off. */
  end = 0
  readonly #room: Buffer
  readonly #words: DataView

  constructor(most = MOST) {
    this.bytes = Buffer.alloc(most + WORD)
    this.#room = this.bytes.subarray(0, most)
    this.#words = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
  }

  take(text: string): void {
    this.end = this.#room.write(text.length > MOST ? text.slice(0, MOST) : text)
    this.bytes[this.end] = QUOTE
  }

  /** Four bytes from here on, the first in the lowest bits; those behind the end have no meaning. */
  word(at: number): number {
    return this.#words.getInt32(at, true)
  }

  text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to)
  }

  /** As a string counts them. */
  characters(from: number, to: number): number {
    let characters = 0
    for (let at = from; at < to; at++) {
      const byte = this.bytes[at]!
      if (byte < 0x80 || byte > 0xbf) characters += byte < 0xf0 ? 1 : 2
    }
    return characters
  }

  /** The index of the quote that ends the string of JSON that begins here; -1 where none does. */
  closingQuote(from: number): number {
    const { bytes, end } = this
    for (let at = bytes.indexOf(QUOTE, from); at < end; at = bytes.indexOf(QUOTE, at + 1)) {
      let slashes = 0
      while (at - 1 - slashes >= from && bytes[at - 1 - slashes] === BACKSLASH) slashes += 1
      if (slashes % 2 === 0) return at
    }
    return -1
  }
}

/** A bit for each of the four bytes that is a quote or a backslash; the lowest that is set can be relied on. */
export function quotesIn(word: number): number {
  const quote = word ^ 0x22222222
  const slash = word ^ 0x5c5c5c5c
  return (((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash)) & 0x80808080
}

/** The same of digits, and of `:;<=>?`. */
export function digitsIn(word: number): number {
  const other = (word ^ 0x30303030) & 0xf0f0f0f0
  return (other - 0x01010101) & ~other & 0x80808080
}

/** How many bytes stand before the first that has its bit set. */
export function bytesBefore(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >>> 3
}

/** The first so many bytes of a word, the others 0. */
export function firstBytes(word: number, bytes: number): number {
  return bytes === 4 ? word : word & ((1 << (bytes << 3)) - 1)
}
