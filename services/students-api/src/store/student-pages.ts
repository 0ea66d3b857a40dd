import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { PageRequest, Position } from '../students/student-query.ts'
import type { StudentPage } from '../students/student-store.ts'
import { behind, columnIn, filterOf, positionOf, upTo, type Condition } from './page-filter.ts'
import { studentColumns, toStudent } from './student-row.ts'

type Row = Record<string, SQLOutputValue>

/** A page without the state it is of. */
type Page = Omit<StudentPage, 'revision'>

// As many as are looked through in some 3 ms where they lie scattered, and in a tenth of that where they don't.
const usualSlice = 1000

/**
 * Keyset paging: a page begins behind the last one's position, found in the index of its order, so that it costs the
 * same wherever it lies and however many students there are. Where an index doesn't find who is asked for, the order is
 * looked through slice by slice.
 */
export class StudentPages {
  readonly #db: DatabaseSync
  readonly #slice: number
  /** By their SQL: seven orders with or without each of some conditions. */
  readonly #statements = new Map<string, StatementSync>()

  /** @param slice How many students are looked at in one go. */
  constructor(db: DatabaseSync, slice = usualSlice) {
    this.#db = db
    this.#slice = slice
  }

  /** Yields after each slice that leaves the page unfinished. They must all see one state. */
  *read(request: PageRequest): Generator<undefined, Page> {
    const { order, limit } = request
    const { sought, tested } = filterOf(request, (domain) => this.#isSmall(domain))
    const rows: Row[] = []
    for (let { after } = request; ; yield) {
      const rest = [...sought, ...(after ? [behind(order, after)] : [])]
      const end = tested.length > 0 ? this.#endOfSlice(request, rest) : undefined
      const conditions = [...rest, ...tested, ...(end ? [upTo(order, end)] : [])]
      // One more than asked for tells whether there is a next page.
      rows.push(...this.#rows(request, conditions, limit + 1 - rows.length))
      if (!end || rows.length > limit) return pageOf(rows, request)
      after = end
    }
  }

  /** Whether all of the domain are no more than a slice, and so better sorted than looked for in an order. */
  #isSmall(domain: string): boolean {
    const sql = 'SELECT 1 FROM students WHERE domain = :domain LIMIT 1 OFFSET :slice'
    return this.#statement(sql).get({ domain, slice: this.#slice }) === undefined
  }

  /** Nothing where the slice is the last. */
  #endOfSlice({ order }: PageRequest, conditions: readonly Condition[]): Position | undefined {
    const sql = `SELECT ${columnIn(order)} AS value, id FROM students ${where(conditions)} ${ordered(order)}
      LIMIT 1 OFFSET :others`
    const row = this.#statement(sql).get({ ...valuesOf(conditions), others: this.#slice - 1 })
    return row && { value: row['value'] as Position['value'], id: Number(row['id']) }
  }

  #rows({ order }: PageRequest, conditions: readonly Condition[], limit: number): Row[] {
    const sql = `SELECT ${studentColumns} FROM students ${where(conditions)} ${ordered(order)} LIMIT :limit`
    return this.#statement(sql).all({ ...valuesOf(conditions), limit })
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function pageOf(rows: readonly Row[], { limit, order }: PageRequest): Page {
  const students = rows.slice(0, limit).map(toStudent)
  const last = students.at(-1)
  const next = last && rows.length > students.length ? positionOf(last, order) : undefined
  return { students, next }
}

function where(conditions: readonly Condition[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''
}

function valuesOf(conditions: readonly Condition[]): Condition['values'] {
  return Object.assign({}, ...conditions.map(({ values }) => values))
}

function ordered(order: PageRequest['order']): string {
  const direction = order.startsWith('-') ? 'DESC' : 'ASC'
  return `ORDER BY ${columnIn(order)} ${direction}, id ${direction}`
}
