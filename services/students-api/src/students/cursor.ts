import { Problem } from '../http/problem.ts'
import type { Order, Position } from './student-query.ts'

/** A position as an opaque word for addresses. It holds the order, so that none is read in another. */
export function cursorOf(order: Order, { value, id }: Position): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url')
}

/** @throws {Problem} where the cursor is not one that was given for this order. */
export function positionOf(cursor: string, order: Order): Position {
  const [givenFor, value, id] = parts(cursor)
  if (givenFor !== order || !isValueOf(order, value) || typeof id !== 'number' || !Number.isSafeInteger(id)) {
    const detail = 'is not the cursor of a Link for this sort'
    throw new Problem('invalid', { errors: [{ parameter: 'cursor', detail }] })
  }
  return { value, id }
}

function parts(cursor: string): unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(decoded) ? decoded : []
  } catch {
    return []
  }
}

function isValueOf(order: Order, value: unknown): value is string | number {
  if (order === 'id') return Number.isSafeInteger(value)
  if (order.endsWith('gpa')) return Number.isFinite(value)
  return typeof value === 'string' && (order.endsWith('createdAt') ? isInstant(value) : !value.includes('\0'))
}

/** What a database can read as one: as the service itself writes it. */
function isInstant(text: string): boolean {
  return /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text))
}
