import type { Order, PageRequest, Position } from '../students/student-query.ts'
import type { Student } from '../students/student.ts'

/** What SQLite must find true of a student, with the values it names. */
export interface Condition {
  sql: string
  values: Readonly<Record<string, string | number>>
}

/** Conditions by which students are found in an index, and those that each student found is tested for. */
export interface PageFilter {
  sought: Condition[]
  tested: Condition[]
}

type SortProperty = 'id' | 'name' | 'gpa' | 'createdAt'

const columnOf = { id: 'id', name: 'name', gpa: 'gpa', createdAt: 'created_at' } as const

/** @param isSmall Whether a domain is best found by its own index and then sorted. */
export function filterOf(request: PageRequest, isSmall: (domain: string) => boolean): PageFilter {
  const { domain, order } = request
  const isDomainSought = domain !== undefined && (order === 'id' || isSmall(domain))
  const isGpaSought = sortProperty(order) === 'gpa' && !isDomainSought
  const ofDomain = domainCondition(request, isDomainSought)
  const ofGpa = gpaConditions(request, isGpaSought)
  return {
    sought: [...(isDomainSought ? ofDomain : []), ...(isGpaSought ? ofGpa : [])],
    tested: [...(isDomainSought ? [] : ofDomain), ...(isGpaSought ? [] : ofGpa), ...textCondition(request)],
  }
}

// A plus keeps SQLite from choosing the index of what is only tested for, and then sorting all that it finds there.

function domainCondition({ domain }: PageRequest, isSought: boolean): Condition[] {
  if (domain === undefined) return []
  return [{ sql: `${isSought ? '' : '+'}domain = :domain`, values: { domain } }]
}

function gpaConditions({ gpaMin, gpaMax }: PageRequest, isSought: boolean): Condition[] {
  const gpa = isSought ? 'gpa' : '+gpa'
  return [
    ...(gpaMin === undefined ? [] : [{ sql: `${gpa} >= :gpaMin`, values: { gpaMin } }]),
    ...(gpaMax === undefined ? [] : [{ sql: `${gpa} <= :gpaMax`, values: { gpaMax } }]),
  ]
}

function textCondition({ q }: PageRequest): Condition[] {
  if (q === undefined) return []
  const pattern = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const sql = String.raw`(name LIKE :q ESCAPE '\' OR email LIKE :q ESCAPE '\')`
  return [{ sql, values: { q: pattern } }]
}

/** Behind a position in an order. */
export function behind(order: Order, { value, id }: Position): Condition {
  const sql = `(${columnIn(order)}, id) ${order.startsWith('-') ? '<' : '>'} (:value, :id)`
  return { sql, values: { value, id } }
}

/** Not behind a position in an order. */
export function upTo(order: Order, { value, id }: Position): Condition {
  const sql = `(${columnIn(order)}, id) ${order.startsWith('-') ? '>=' : '<='} (:endValue, :endId)`
  return { sql, values: { endValue: value, endId: id } }
}

export function columnIn(order: Order): string {
  return columnOf[sortProperty(order)]
}

export function positionOf(student: Student, order: Order): Position {
  return { value: student[sortProperty(order)], id: student.id }
}

function sortProperty(order: Order): SortProperty {
  return order.replace('-', '') as SortProperty
}
