import type { Entry } from './entry.ts'
import { idsIn } from './entry.ts'
import { LineReader } from './line-reader.ts'
import { parseLine } from './log-line.ts'

/** What goes on under a line: indented, a frame, a cause. */
const CONTINUATION =
  /^(\s+\S|at |Caused by: |\.\.\. \d+ more|[)}\]]+,?$|During handling of |The above exception )/
const MOST_BELOW = 200
const LONGEST_TEXT = 64 * 1024

/** Bytes of a log in, entries out: lines taken apart, with the stack that stands below one kept together. */
export class LogParser {
  readonly #reader: LineReader
  readonly #pattern: RegExp | undefined
  readonly #onEntry: (entry: Entry) => void
  #head: Entry | undefined
  #below: string[] = []
  #length = 0
  lines = 0
  bytes = 0

  constructor(onEntry: (entry: Entry) => void, pattern?: RegExp) {
    this.#onEntry = onEntry
    this.#pattern = pattern
    this.#reader = new LineReader((line) => this.#line(line))
  }

  /** Lines of which only the beginning was read. */
  get cut(): number {
    return this.#reader.cut
  }

  feed(bytes: Buffer): void {
    this.bytes += bytes.length
    this.#reader.feed(bytes)
  }

  /** Nothing came for a while: what stands is whole, but for a line without its end. */
  pause(): void {
    const head = this.#head
    if (head === undefined) return
    this.#head = undefined
    this.#onEntry(this.#below.length === 0 ? head : withBelow(head, this.#below))
    this.#below = []
    this.#length = 0
  }

  /** Nothing more comes of this; what comes next is another file's. */
  end(): void {
    this.#reader.end()
    this.pause()
  }

  #line(line: string): void {
    this.lines += 1
    if (line === '') return
    if (this.#head !== undefined && this.#goesOn(line)) return this.#addBelow(line)
    this.pause()
    this.#head = parseLine(line, this.#pattern) ?? {
      at: undefined,
      level: undefined,
      message: line,
      text: line,
      ids: idsIn(line),
    }
  }

  #goesOn(line: string): boolean {
    if (CONTINUATION.test(line)) return true
    if (this.#pattern !== undefined) return parseLine(line, this.#pattern) === undefined
    // Python names the error behind its frames, not before.
    const last = this.#below.at(-1)
    return last !== undefined && /^\s/.test(last) && this.#isTraceback() && !line.startsWith('{')
  }

  #isTraceback(): boolean {
    return [this.#head!.text, ...this.#below].some((line) => line.startsWith('Traceback (most recent'))
  }

  #addBelow(line: string): void {
    this.#length += line.length
    if (this.#below.length < MOST_BELOW && this.#length < LONGEST_TEXT) this.#below.push(line)
  }
}

function withBelow(head: Entry, below: readonly string[]): Entry {
  const stack = below.join('\n')
  const error = below.find((line) => /^[\w.]*(Error|Exception)\b/.test(line))
  const message = head.message.startsWith('Traceback') && error !== undefined ? error : head.message
  return {
    ...head,
    message,
    text: `${head.text}\n${stack}`,
    ids: [...new Set([...head.ids, ...idsIn(stack)])],
  }
}
