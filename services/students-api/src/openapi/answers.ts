import { STATUS_CODES } from 'node:http'
import { problemKinds, problemMediaType, type ProblemKind } from '../http/problem.ts'
import { responseHeaders, type ResponseHeader } from './headers.ts'
import type { JsonSchema } from './schema-shelf.ts'

/** What a route answers with one status. */
export interface Answer {
  description: string
  headers: Readonly<Record<string, Header>>
  content?: Content
}

interface Header {
  description: string
  required: boolean
  schema: JsonSchema
}

type Content = Readonly<Record<string, { schema: JsonSchema }>>
type HeaderName = ResponseHeader | `${ResponseHeader}?`

const ofEveryAnswer = ['X-Request-Id', 'Server-Timing?'] as const

/** @param names Without those that every answer has. */
export function answerOf(status: number, names: readonly HeaderName[] = [], content?: Content): Answer {
  const headers = Object.fromEntries([...ofEveryAnswer, ...names].map(header))
  return { description: STATUS_CODES[status] ?? '', headers, ...(content && { content }) }
}

function header(spelling: HeaderName): [string, Header] {
  const name = spelling.replace('?', '') as ResponseHeader
  const required = spelling === name
  return [name, { description: responseHeaders[name], required, schema: { type: 'string' } }]
}

const headersOfKind: Partial<Record<ProblemKind, readonly HeaderName[]>> = {
  unauthorized: ['WWW-Authenticate'],
  forbidden: ['WWW-Authenticate'],
  'email-taken': ['Location?'],
  overloaded: ['Retry-After?'],
}

/** The problems by status; several kinds may share one. `sends` are headers of the operation's own. */
export function problemAnswers(
  kinds: readonly ProblemKind[],
  hasBody: boolean,
  sends: Readonly<Record<number, readonly HeaderName[]>> = {},
): Record<string, Answer> {
  const byStatus = Object.groupBy(kinds, (kind) => problemKinds[kind].status)
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => {
      const names = [...group.flatMap((kind) => headersOfKind[kind] ?? []), ...(sends[Number(status)] ?? [])]
      const content = hasBody
        ? { [problemMediaType]: { schema: problemsSchema(Number(status), group) } }
        : undefined
      const description = group.map((kind) => problemKinds[kind].title).join(', or ')
      return [status, { ...answerOf(Number(status), names, content), description }]
    }),
  )
}

function problemsSchema(status: number, kinds: readonly ProblemKind[]): JsonSchema {
  const types = kinds.map((kind) => `/problems/${kind}`)
  const properties = { type: { enum: types }, status: { const: status } }
  return { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties }] }
}
