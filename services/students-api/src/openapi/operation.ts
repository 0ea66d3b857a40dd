import type { ProblemKind } from '../http/problem.ts'
import type { RequestHeader, ResponseHeader } from './headers.ts'
import type { JsonSchema } from './schema-shelf.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route's schemas don't say of it. */
    operation?: Operation
  }
}

/** A route as the OpenAPI document tells it, beyond its schemas. */
export interface Operation {
  /** One line, as in `Add a student`. */
  summary: string
  /** The request headers it heeds. */
  heeds?: readonly RequestHeader[]
  /** The headers of its answers by status; those every answer has are left out. `?` after one that may be absent. */
  sends?: Readonly<Record<number, readonly (ResponseHeader | `${ResponseHeader}?`)[]>>
  /** Its problems; those of every route, and those that follow from its schemas, are left out. */
  problems?: readonly ProblemKind[]
  /** The media types of its body; `application/json` where absent. */
  accepts?: readonly string[]
  /** Its body, where the route reads that by itself, without a schema. */
  streams?: JsonSchema
  /** The media types of its answer; `application/json` where absent. */
  answers?: readonly string[]
}
