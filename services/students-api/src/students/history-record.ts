import { Type, type Static, type TSchema } from 'typebox'
import { NewStudent, type Student } from './student.ts'
import type { WriteContext } from './write-context.ts'

const { name, domain, gpa, email } = NewStudent.properties
const instant = Type.String({ format: 'date-time' })
const fields = ['name', 'domain', 'gpa', 'email'] as const

export const historyActions = ['created', 'changed', 'removed', 'erased'] as const

function changeOf<Value extends TSchema>(value: Value) {
  return Type.Optional(Type.Object({ from: Type.Optional(value), to: Type.Optional(value) }))
}

/** By field. `from` is absent where there was nothing before, `to` where nothing is left, both where it was erased. */
const FieldChanges = Type.Object({
  name: changeOf(name),
  domain: changeOf(domain),
  gpa: changeOf(gpa),
  email: changeOf(email),
})
export type FieldChanges = Static<typeof FieldChanges>

/** One step of what became of a student. */
export const HistoryRecord = Type.Object(
  {
    /** The student's from then on; `removed` and `erased` count on. */
    version: Type.Integer({ minimum: 1 }),
    action: Type.Unsafe<(typeof historyActions)[number]>({ type: 'string', enum: [...historyActions] }),
    at: instant,
    principal: Type.String(),
    requestId: Type.Optional(Type.String()),
    changes: FieldChanges,
  },
  { title: 'HistoryRecord' },
)
export type HistoryRecord = Static<typeof HistoryRecord>

/** What an erased student leaves. */
export const Tombstone = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    erasedAt: instant,
    principal: Type.String(),
    requestId: Type.Optional(Type.String()),
  },
  { title: 'Tombstone' },
)
export type Tombstone = Static<typeof Tombstone>

export interface HistoryEntry extends HistoryRecord {
  studentId: number
}

/** A student before and after a write. */
export type Transition =
  | { before?: undefined; after: Student }
  | { before: Student; after: Student }
  | { before: Student; after?: undefined }

/** Whose a write is, and when it is done. */
export interface Stamp {
  context: WriteContext
  now: Date
}

/** The record of a write, to be kept in its transaction. */
export function historyEntry({ before, after }: Transition, stamp: Stamp): HistoryEntry {
  const changes = changesBetween(before, after)
  if (!after) return { ...endOf(before, stamp), action: 'removed', changes }
  const { id: studentId, version, updatedAt: at } = after
  return { studentId, version, action: before ? 'changed' : 'created', at, ...whose(stamp.context), changes }
}

/** @param last The student, or another record's student and version, that it comes after. */
export function erasureEntry(last: Pick<Student, 'id' | 'version'>, stamp: Stamp): HistoryEntry {
  return { ...endOf(last, stamp), action: 'erased', changes: {} }
}

export function tombstoneOf({ studentId: id, at: erasedAt, principal, requestId }: HistoryEntry): Tombstone {
  return { id, erasedAt, ...whose({ principal, ...(requestId !== undefined && { requestId }) }) }
}

function endOf({ id, version }: Pick<Student, 'id' | 'version'>, { context, now }: Stamp) {
  return { studentId: id, version: version + 1, at: now.toISOString(), ...whose(context) }
}

function whose({ principal, requestId }: WriteContext) {
  return { principal, ...(requestId !== undefined && { requestId }) }
}

function changesBetween(before: NewStudent | undefined, after: NewStudent | undefined): FieldChanges {
  const changed = fields.filter((field) => before?.[field] !== after?.[field])
  return Object.fromEntries(
    changed.map((field) => [
      field,
      { ...(before && { from: before[field] }), ...(after && { to: after[field] }) },
    ]),
  )
}
