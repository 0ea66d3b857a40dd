import type { FastifyReply, FastifyRequest } from 'fastify'
import { effortOf } from '../http/server-timing.ts'
import type { Effort } from './effort.ts'

/** Whose write it is, as the student's history tells it. */
export interface WriteContext {
  /** An API key's id, `anonymous` where none is needed, or the command that writes. */
  principal: string
  /** Absent where no request asks for it. */
  requestId?: string
  /** What the write took, for the store to fill in. */
  effort?: Effort
}

/** Of the write that is answered with this reply. */
export function contextOf({ principal, id }: FastifyRequest, reply: FastifyReply): WriteContext {
  return { principal, requestId: id, effort: effortOf(reply) }
}
