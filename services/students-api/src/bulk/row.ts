import { isUtf8 } from 'node:buffer'

/** What stands at a line of an import, or why nothing can be read there. Lines count from 1. */
export type Row = { line: number; value: unknown } | { line: number; fault: string }

/** Reads rows from bytes, given as Latin-1 text so that a row that isn't UTF-8 spoils no other. */
export interface RowReader {
  push(bytes: string): Row[]
  /** What is left once nothing more comes. */
  end(): Row[]
}

/** A row longer than this is refused: no student needs a tenth of it. */
export const longestRow = 16 * 1024

export const tooLong = `is longer than ${longestRow / 1024} KiB`
export const notUtf8 = 'is not valid UTF-8'

/** The text that the bytes are in UTF-8. */
export function utf8(bytes: string): string | undefined {
  if (!/[\x80-\xff]/.test(bytes)) return bytes
  const buffer = Buffer.from(bytes, 'latin1')
  return isUtf8(buffer) ? buffer.toString() : undefined
}
