import { Type, type Static } from 'typebox'
import { NewStudent } from './student.ts'

export const sorts = ['name', '-name', 'gpa', '-gpa', 'createdAt', '-createdAt'] as const

const { domain, gpa } = NewStudent.properties
const defaultLimit = 50

/** The query of `GET /students`. Numbers are read from text before. */
export const StudentQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    cursor: Type.Optional(Type.String({ maxLength: 4000 })),
    domain: Type.Optional(domain),
    gpaMin: Type.Optional(gpa),
    gpaMax: Type.Optional(gpa),
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, format: 'single-line' })),
    sort: Type.Optional(Type.Unsafe<(typeof sorts)[number]>({ type: 'string', enum: [...sorts] })),
  },
  { additionalProperties: false },
)
export type StudentQuery = Static<typeof StudentQuery>

/** Orders of students. Equal ones come in the order of ids, in a descending order (`-`) backwards. */
export type Order = 'id' | (typeof sorts)[number]

/** Where a page ends: the last student's value of what is sorted by, and its id. */
export interface Position {
  value: string | number
  id: number
}

/** Which students, in which order, and from where on. */
export interface PageRequest extends Pick<StudentQuery, 'domain' | 'gpaMin' | 'gpaMax' | 'q'> {
  order: Order
  limit: number
  after?: Position
}

/** @param after What the query's cursor says. */
export function pageRequest(query: StudentQuery, after: Position | undefined): PageRequest {
  const { cursor: _cursor, sort: order = 'id', limit = defaultLimit, ...filter } = query
  return { ...filter, order, limit, ...(after && { after }) }
}
