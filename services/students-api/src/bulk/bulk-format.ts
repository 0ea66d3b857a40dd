import { Student } from '../students/student.ts'
import { guarded } from './formula-guard.ts'

/** How many students are written as text. */
interface BulkFormat {
  mediaType: string
  /** Comes before the first. */
  head: string
  /** One student, its line's end included. */
  line(student: Student): string
}

const columns = Object.keys(Student.properties) as (keyof Student)[]

export const bulkFormats = {
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    head: `${columns.join(',')}\r\n`,
    line: (student) => `${columns.map((column) => csvField(student[column])).join(',')}\r\n`,
  },
  ndjson: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (student) => `${JSON.stringify(student)}\n`,
  },
} satisfies Record<string, BulkFormat>

export type BulkFormatName = keyof typeof bulkFormats

/** A field of RFC 4180. Numbers are never guarded: none of ours is below zero. */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = guarded(value)
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text
}
