import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Order, PageRequest, Position } from '../students/student-query.ts'
import type { Student } from '../students/student.ts'
import { studentColumns, toStudent } from './student-row.ts'

type SortProperty = 'id' | 'name' | 'gpa' | 'createdAt'
type Values = Record<string, string | number>

const columnOf = { id: 'id', name: 'name', gpa: 'gpa', createdAt: 'created_at' } as const

/**
 * Keyset paging: a page begins behind the last one's position, found in the index of its order, so that it costs the
 * same wherever it lies and however many students there are.
 */
export class StudentPages {
  readonly #db: DatabaseSync
  /** By their SQL: seven orders with or without each of five conditions. */
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  read(request: PageRequest): { students: Student[]; next: Position | undefined } {
    // One more than asked for tells whether there is a next page.
    const values = { ...conditionValues(request), limit: request.limit + 1 }
    const rows = this.#statement(pageSql(request)).all(values)
    const students = rows.slice(0, request.limit).map(toStudent)
    const last = students.at(-1)
    const next = last && rows.length > students.length ? positionOf(last, request.order) : undefined
    return { students, next }
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function positionOf(student: Student, order: Order): Position {
  return { value: student[sortProperty(order)], id: student.id }
}

function sortProperty(order: Order): SortProperty {
  return order.replace('-', '') as SortProperty
}

function pageSql(request: PageRequest): string {
  const conditions = conditionsOf(request)
  const direction = request.order.startsWith('-') ? 'DESC' : 'ASC'
  const column = columnOf[sortProperty(request.order)]
  return `SELECT ${studentColumns} FROM students ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT :limit`
}

function conditionsOf({ domain, gpaMin, gpaMax, q, order, after }: PageRequest): string[] {
  const column = columnOf[sortProperty(order)]
  // A plus keeps SQLite from choosing the index of the GPA, and then sorting all that it finds there.
  const gpa = column === 'gpa' ? 'gpa' : '+gpa'
  return [
    ...(domain === undefined ? [] : ['domain = :domain']),
    ...(gpaMin === undefined ? [] : [`${gpa} >= :gpaMin`]),
    ...(gpaMax === undefined ? [] : [`${gpa} <= :gpaMax`]),
    ...(q === undefined ? [] : [String.raw`(name LIKE :q ESCAPE '\' OR email LIKE :q ESCAPE '\')`]),
    ...(after ? [`(${column}, id) ${order.startsWith('-') ? '<' : '>'} (:value, :id)`] : []),
  ]
}

function conditionValues({ domain, gpaMin, gpaMax, q, after }: PageRequest): Values {
  return {
    ...(domain !== undefined && { domain }),
    ...(gpaMin !== undefined && { gpaMin }),
    ...(gpaMax !== undefined && { gpaMax }),
    ...(q !== undefined && { q: `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` }),
    ...(after && { value: after.value, id: after.id }),
  }
}
