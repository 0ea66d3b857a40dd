import { longestRow, notUtf8, tooLong, utf8, type Row, type RowReader } from './row.ts'

/** Students of a JSON text on each line. */
export class NdjsonRows implements RowReader {
  #line = 1
  #rest = ''

  push(bytes: string): Row[] {
    const lines = (this.#rest + bytes).split('\n')
    // Of a line too long no more is kept than tells so.
    this.#rest = (lines.pop() ?? '').slice(0, longestRow + 1)
    return lines.flatMap((line) => this.#row(line))
  }

  end(): Row[] {
    return this.#row(this.#rest)
  }

  /** Nothing for an empty line. */
  #row(bytes: string): Row[] {
    const line = this.#line++
    if (bytes.length > longestRow) return [{ line, fault: tooLong }]
    if (bytes.trim() === '') return []
    const text = utf8(bytes)
    if (text === undefined) return [{ line, fault: notUtf8 }]
    try {
      return [{ line, value: JSON.parse(text) }]
    } catch {
      return [{ line, fault: 'is not valid JSON' }]
    }
  }
}
