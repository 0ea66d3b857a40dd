import { Type, type Static } from 'typebox'
import { Problem } from '../http/problem.ts'
import type { HistoryRequest } from '../students/student-store.ts'

const defaultLimit = 50

/** The query of `GET /students/:id/history`. Numbers are read from text before. */
export const HistoryQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { additionalProperties: false },
)
export type HistoryQuery = Static<typeof HistoryQuery>

/** @throws {Problem} where the cursor is not one that was given for this student. */
export function historyRequest({ limit = defaultLimit, cursor }: HistoryQuery, id: number): HistoryRequest {
  return cursor === undefined ? { limit } : { limit, after: versionOf(cursor, id) }
}

/** What leads to the records after this version. */
export function nextQuery({ limit }: HistoryQuery, id: number, version: number): string {
  const cursor = Buffer.from(`${id}.${version}`).toString('base64url')
  return new URLSearchParams({ ...(limit && { limit: String(limit) }), cursor }).toString()
}

function versionOf(cursor: string, id: number): number {
  const [givenFor, version] = Buffer.from(cursor, 'base64url').toString().split('.')
  if (givenFor === String(id) && /^[1-9]\d{0,14}$/.test(version ?? '')) return Number(version)
  const detail = 'is not the cursor of a Link for this student'
  throw new Problem('invalid', { errors: [{ parameter: 'cursor', detail }] })
}
