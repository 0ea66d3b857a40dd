import { Problem } from '../http/problem.ts'
import { NewStudent, Student } from '../students/student.ts'
import { CsvRecords, type CsvRecord } from './csv-records.ts'
import { unguarded } from './formula-guard.ts'
import { notUtf8, utf8, type Row, type RowReader } from './row.ts'

const needed = Object.keys(NewStudent.properties)
const known = Object.keys(Student.properties)

/** Students of a CSV with a header. */
export class CsvRows implements RowReader {
  readonly #records = new CsvRecords()
  #columns: string[] | undefined

  push(bytes: string): Row[] {
    return this.#rows(this.#records.push(bytes))
  }

  end(): Row[] {
    const rows = this.#rows(this.#records.end())
    if (!this.#columns) throw wrongHeader('is missing')
    return rows
  }

  #rows(records: CsvRecord[]): Row[] {
    const [header, ...rest] = records
    if (this.#columns || !header) return records.map((record) => this.#row(record, this.#columns ?? []))
    const columns = columnsOf(header)
    this.#columns = columns
    return rest.map((record) => this.#row(record, columns))
  }

  #row(record: CsvRecord, columns: readonly string[]): Row {
    if ('fault' in record) return record
    const { line, fields } = record
    if (fields.length !== columns.length) {
      return { line, fault: `has ${fields.length} fields where the header has ${columns.length}` }
    }
    const texts = fields.map(utf8)
    if (texts.includes(undefined)) return { line, fault: notUtf8 }
    return {
      line,
      value: Object.fromEntries(columns.map((name, at) => [name, valueOf(name, texts[at] ?? '')])),
    }
  }
}

/** @throws {Problem} */
function columnsOf(header: CsvRecord): string[] {
  if ('fault' in header) throw wrongHeader(header.fault)
  const { fields } = header
  const missing = needed.find((name) => !fields.includes(name))
  if (missing !== undefined) throw wrongHeader(`names no column ${missing}`)
  if (!fields.every((name) => known.includes(name))) throw wrongHeader(`may name only ${known.join(', ')}`)
  if (new Set(fields).size < fields.length) throw wrongHeader('names a column twice')
  return fields
}

function wrongHeader(fault: string): Problem {
  const detail = `The header ${fault}. Name the columns in the first line: ${needed.join(',')}`
  return new Problem('invalid', { detail, errors: [{ pointer: '#', detail: `the header ${fault}` }] })
}

/** Text but for a GPA written as a plain number. */
function valueOf(name: string, text: string): string | number {
  if (name === 'gpa' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text)
  return unguarded(text)
}
