/** The most of one line that is read; the rest of it is passed over. */
export const LONGEST_LINE_BYTES = 256 * 1024
const NEWLINE = 10

/** Cuts bytes into lines, however they come. Holds at most one unfinished line. What is no UTF-8 becomes `�`. */
export class LineReader {
  readonly #onLine: (line: string) => void
  #parts: Buffer[] = []
  #held = 0
  /** Lines that were longer than what is read of one. */
  cut = 0

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  /** `bytes` may be used again afterwards. */
  feed(bytes: Buffer): void {
    let from = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      if (this.#held === 0) this.#tell(bytes.subarray(from, end))
      else {
        this.#hold(bytes.subarray(from, end))
        this.end()
      }
      from = end + 1
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from))
  }

  /** What has no end yet is a line, too. */
  end(): void {
    if (this.#held === 0) return
    const line = Buffer.concat(this.#parts)
    this.#parts = []
    this.#held = 0
    this.#tell(line)
  }

  #hold(part: Buffer): void {
    const room = LONGEST_LINE_BYTES - this.#parts.reduce((sum, { length }) => sum + length, 0)
    this.#held += part.length
    if (room > 0) this.#parts.push(Buffer.from(part.subarray(0, room)))
    if (this.#held > LONGEST_LINE_BYTES && this.#held - part.length <= LONGEST_LINE_BYTES) this.cut += 1
  }

  #tell(line: Buffer): void {
    if (line.length > LONGEST_LINE_BYTES) this.cut += 1
    const text = line.toString('utf8', 0, Math.min(line.length, LONGEST_LINE_BYTES))
    this.#onLine(text.endsWith('\r') ? text.slice(0, -1) : text)
  }
}
