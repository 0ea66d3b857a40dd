import type { Order, PageRequest, Position } from '../students/student-query.ts'
import type { StudentPage } from '../students/student-store.ts'
import type { Student } from '../students/student.ts'
import type { Connection } from './connection-pool.ts'
import { studentColumns, toStudent } from '../store/student-row.ts'

type SortProperty = 'id' | 'name' | 'gpa' | 'createdAt'

const columnOf = { id: 'id', name: 'name', gpa: 'gpa', createdAt: 'created_at' } as const
const typeOf = { id: 'bigint', name: 'text', gpa: 'numeric', createdAt: 'timestamptz' } as const

/** Keyset paging: a page begins behind the last one's position, found in the index of its order. */
export async function readPage(connection: Connection, request: PageRequest): Promise<StudentPage> {
  const values = new Values()
  const rows = await connection.query(pageSql(request, values), values.all)
  const found = rows.filter((row) => row['id'] !== null).map(toStudent)
  const students = found.slice(0, request.limit)
  const last = students.at(-1)
  const next = last && found.length > students.length ? positionOf(last, request.order) : undefined
  return { students, next, revision: String(rows[0]?.['revision']) }
}

/** The values of a statement; adding one gives its place. */
class Values {
  readonly all: unknown[] = []

  add(value: unknown, type: string): string {
    this.all.push(value)
    return `$${this.all.length}::${type}`
  }
}

function positionOf(student: Student, order: Order): Position {
  return { value: student[sortProperty(order)], id: student.id }
}

function sortProperty(order: Order): SortProperty {
  return order.replace('-', '') as SortProperty
}

/** One statement sees one state, so that the revision is that of the students; it is there without any student too. */
function pageSql(request: PageRequest, values: Values): string {
  const conditions = conditionsOf(request, values)
  const direction = request.order.startsWith('-') ? 'DESC' : 'ASC'
  const ordered = `ORDER BY ${columnOf[sortProperty(request.order)]} ${direction}, id ${direction}`
  // One more than asked for tells whether there is a next page.
  return `SELECT revision, page.* FROM (SELECT sum(revision) AS revision FROM writers) AS state
    LEFT JOIN (
      SELECT ${studentColumns} FROM students ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
      ${ordered} LIMIT ${values.add(request.limit + 1, 'bigint')}
    ) AS page ON true ${ordered}`
}

function conditionsOf({ domain, gpaMin, gpaMax, q, order, after }: PageRequest, values: Values): string[] {
  const property = sortProperty(order)
  const pattern = q === undefined ? '' : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return [
    ...(domain === undefined ? [] : [`domain = ${values.add(domain, 'text')}`]),
    ...(gpaMin === undefined ? [] : [`gpa >= ${values.add(gpaMin, 'numeric')}`]),
    ...(gpaMax === undefined ? [] : [`gpa <= ${values.add(gpaMax, 'numeric')}`]),
    ...(q === undefined
      ? []
      : [`(name ILIKE ${values.add(pattern, 'text')} OR email ILIKE ${values.add(pattern, 'text')})`]),
    ...(after
      ? [
          `(${columnOf[property]}, id) ${order.startsWith('-') ? '<' : '>'} (${values.add(after.value, typeOf[property])}, ${values.add(after.id, 'bigint')})`,
        ]
      : []),
  ]
}
