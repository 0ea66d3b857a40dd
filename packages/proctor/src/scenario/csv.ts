/** One record of a CSV file, or why it is none. */
export interface CsvRecord {
  /** In which it begins, from 1. */
  readonly line: number
  readonly fields: readonly string[]
  readonly problem: string | undefined
}

/** A quote that is never closed would take the rest of the file for one field. */
const MOST_CHARACTERS = 1024 * 1024

const LF = 10
const CR = 13

/**
 * Takes CSV apart as it comes, in pieces of any length; holds on to no more than one unfinished record. A broken record does not
 * spoil those behind it, but for a quote that is never closed.
 *
 * Source: RFC 4180; line ends may be LF alone, and the file may begin with a byte order mark.
 */
export class CsvParser {
  readonly #separator: number
  #rest = ''
  #line = 1
  #isAtStart = true
  #isBroken = false

  /** `separator` is one character. */
  constructor(separator = ',') {
    this.#separator = separator.charCodeAt(0)
  }

  /** Answers the records that are whole by now; `isLast` says that nothing follows. */
  push(piece: string, isLast = false): CsvRecord[] {
    let text = this.#rest + piece
    if (this.#isAtStart && text !== '') {
      this.#isAtStart = false
      if (text.startsWith('\ufeff')) text = text.slice(1)
    }
    const records: CsvRecord[] = []
    let at = 0
    while (at < text.length && !this.#isBroken) {
      const scanned = scan(text, at, this.#separator, isLast)
      if (scanned === undefined) break
      const { fields, problem, end } = scanned
      const isBlank = problem === undefined && fields.length === 1 && fields[0] === ''
      if (!isBlank) records.push({ line: this.#line, fields, problem })
      this.#line += linesIn(text, at, end)
      at = end
    }
    this.#rest = this.#isBroken ? '' : text.slice(at)
    if (this.#rest.length > MOST_CHARACTERS) records.push(this.#giveUp())
    return records
  }

  #giveUp(): CsvRecord {
    this.#isBroken = true
    this.#rest = ''
    return {
      line: this.#line,
      fields: [],
      problem: 'expected a row of at most 1 MiB; is a quote not closed?',
    }
  }
}

interface Scanned {
  readonly fields: string[]
  readonly problem: string | undefined
  /** Where the next record begins. */
  readonly end: number
}

/** One record from `at` on; `undefined` where its end has not come yet. */
function scan(text: string, start: number, separator: number, isLast: boolean): Scanned | undefined {
  const fields: string[] = []
  for (let at = start; ; at++) {
    const field = text[at] === '"' ? quoted(text, at, isLast) : plain(text, at, separator)
    if (field === undefined) return undefined
    if (field.end < 0) return { fields, problem: 'expected the quote to be closed', end: text.length }
    fields.push(field.value)
    at = field.end
    if (at >= text.length) return isLast ? { fields, problem: undefined, end: at } : undefined
    const code = text.charCodeAt(at)
    if (code === separator) continue
    const isCrLf = code === CR && text.charCodeAt(at + 1) === LF
    if (code === CR && at + 1 === text.length && !isLast) return undefined
    if (code === LF || isCrLf) return { fields, problem: undefined, end: at + (isCrLf ? 2 : 1) }
    const lineEnd = text.indexOf('\n', at)
    if (lineEnd < 0 && !isLast) return undefined
    const problem = 'expected a separator or the end of the line behind a closing quote'
    return { fields, problem, end: lineEnd < 0 ? text.length : lineEnd + 1 }
  }
}

interface Field {
  readonly value: string
  /** Behind it; -1 where it never ends. */
  readonly end: number
}

function quoted(text: string, start: number, isLast: boolean): Field | undefined {
  let value = ''
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return isLast ? { value, end: -1 } : undefined
    // What follows may be the second of a pair.
    if (quote + 1 === text.length && !isLast) return undefined
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    from = quote + 2
  }
}

function plain(text: string, start: number, separator: number): Field {
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === separator || code === LF || (code === CR && text.charCodeAt(end + 1) === LF)) break
    if (code === CR && end + 1 === text.length) break
  }
  return { value: text.slice(start, end), end }
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
