import { ResponseParser } from '../../src/http/response-parser.ts'

/** What a parser held when an answer was whole. */
export interface Read {
  status: number
  head: string
  body: string
  bodyBytes: number
  keepAlive: boolean
}

/**
 * Feeds the pieces as reads of a connection do: all through one buffer, where bytes of earlier reads lie behind the
 * piece. They are digits here, and so as misleading as can be.
 */
export class Feeder {
  readonly parser: ResponseParser
  readonly #buffer: Buffer

  constructor(bytes = 256 * 1024, parser = new ResponseParser()) {
    this.parser = parser
    this.#buffer = Buffer.alloc(bytes, '7')
  }

  /** What was read once the answer is whole, `undefined` when more must come. */
  feed(piece: Buffer): Read | undefined {
    this.#buffer.fill('7', 0, Math.min(this.#buffer.length, piece.length + 64))
    piece.copy(this.#buffer)
    return this.parser.feed(this.#buffer, piece.length) ? this.#read() : undefined
  }

  feedAll(pieces: readonly Buffer[]): Read | undefined {
    let read: Read | undefined
    for (const piece of pieces) read = this.feed(piece)
    return read
  }

  end(): Read | undefined {
    return this.parser.end() ? this.#read() : undefined
  }

  #read(): Read {
    const { bodyBytes } = this.parser
    const { status, keepAlive } = this.parser.head
    return { status, head: this.parser.takeHead(), body: this.parser.takeBody(), bodyBytes, keepAlive }
  }
}

export function split(bytes: Buffer, ...at: number[]): Buffer[] {
  const cuts = [0, ...at, bytes.length]
  return cuts.slice(1).map((cut, i) => bytes.subarray(cuts[i], cut))
}

export function everyByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1))
}

export function inReads(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}
