import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { CsvParser, type CsvRecord } from './csv.ts'
import { DataError } from './data-error.ts'
import type { Random } from './random.ts'

/** A row, or why there is none in its place. */
export type Row<T> = { readonly value: T } | { readonly error: DataError }

/** Where rows come from: the same rows in the same order in every worker. */
export interface RowSource<T> {
  /** Of what messages and random choices speak. */
  readonly name: string
  /** From the first row on, as they come. `random` is the same in every worker. */
  batches(random: Random): AsyncIterable<readonly Row<T>[]>
}

/** A row of a CSV file by the names of its columns. */
export type CsvRow = Record<string, string>

/** Of a CSV file that is not as RFC 4180 has it, with names in its first line. */
export interface CsvFormat {
  /** `,` unless given. */
  separator?: string
  /** Names of the columns, of a file whose first line is a row already. */
  columns?: readonly string[]
}

export function csvSource(file: string, { separator, columns }: CsvFormat): RowSource<CsvRow> {
  return {
    name: file,
    async *batches() {
      const parser = new CsvParser(separator)
      const table = new Table(file, columns)
      for await (const piece of piecesOf(file)) yield table.rows(parser.push(piece))
      yield table.rows(parser.push('', true))
    },
  }
}

/** The columns of one reading of a file, known from its first record on. */
class Table {
  readonly #file: string
  #columns: readonly string[] | undefined

  constructor(file: string, columns: readonly string[] | undefined) {
    this.#file = file
    this.#columns = columns
  }

  rows(records: readonly CsvRecord[]): Row<CsvRow>[] {
    if (this.#columns !== undefined || records.length === 0) return records.map((record) => this.#row(record))
    const [head, ...rest] = records
    this.#columns = this.#head(head!)
    return rest.map((record) => this.#row(record))
  }

  #head({ line, fields, problem }: CsvRecord): readonly string[] {
    if (problem !== undefined) throw new DataError(this.#file, line, problem)
    const twice = fields.find((field, index) => fields.indexOf(field) !== index)
    if (twice === undefined) return fields
    throw new DataError(this.#file, line, `expected each column once, got ${JSON.stringify(twice)} twice`)
  }

  #row({ line, fields, problem }: CsvRecord): Row<CsvRow> {
    const columns = this.#columns!
    const counted =
      fields.length === columns.length ? undefined : `expected ${columns.length} fields, got ${fields.length}`
    const trouble = problem ?? counted
    if (trouble !== undefined) return { error: new DataError(this.#file, line, trouble) }
    const value: CsvRow = {}
    for (const [index, column] of columns.entries()) value[column] = fields[index]!
    return { value }
  }
}

/** A line may be so long; longer ones are no JSON of one row. */
const MOST_CHARACTERS = 8 * 1024 * 1024

export function ndjsonSource<T>(file: string): RowSource<T> {
  return {
    name: file,
    async *batches() {
      let rest = ''
      let line = 0
      for await (const piece of piecesOf(file)) {
        const lines = (rest + piece).split('\n')
        rest = lines.pop()!
        if (rest.length > MOST_CHARACTERS)
          throw new DataError(file, line + 1, 'expected a line of at most 8 MiB')
        yield lines.flatMap((text) => parsedLine<T>(file, (line += 1), text))
      }
      yield parsedLine<T>(file, line + 1, rest)
    },
  }
}

/** None where the line is blank. */
function parsedLine<T>(file: string, line: number, text: string): Row<T>[] {
  const json = text.replace(/^\ufeff/, '').trim()
  if (json === '') return []
  try {
    return [{ value: JSON.parse(json) as T }]
  } catch (error) {
    return [{ error: new DataError(file, line, `expected JSON: ${(error as Error).message}`) }]
  }
}

export function jsonSource<T>(file: string): RowSource<T> {
  return {
    name: file,
    async *batches() {
      const rows = parsedFile(file, await readFile(file, 'utf8'))
      if (!Array.isArray(rows)) throw new DataError(file, undefined, 'expected a JSON array of rows')
      yield rows.map((value: T) => ({ value }))
    },
  }
}

function parsedFile(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new DataError(file, undefined, `expected JSON: ${(error as Error).message}`)
  }
}

const BATCH = 256

/** `make` is called at the beginning of each pass. */
export function generatedSource<T>(name: string, make: (random: Random) => Iterable<T>): RowSource<T> {
  return {
    name,
    async *batches(random) {
      let batch: { value: T }[] = []
      for (const value of make(random)) {
        batch.push({ value })
        if (batch.length < BATCH) continue
        yield batch
        batch = []
      }
      yield batch
    },
  }
}

async function* piecesOf(file: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(file, 'utf8')) yield piece as string
  } catch (error) {
    throw new DataError(file, undefined, (error as Error).message)
  }
}
