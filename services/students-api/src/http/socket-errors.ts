import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { requestIdFrom, traceIdFrom } from './identity.ts'
import { Problem, problemDocument, problemMediaType, type Occurrence, type ProblemKind } from './problem.ts'

const kindOfNodeCode: Readonly<Record<string, ProblemKind>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
}

/** The last reply begun on each connection: Node reports errors by connection, not by request. */
export type RepliesBySocket = WeakMap<Socket, FastifyReply>

/**
 * Answers what Node could not read as a request, so that no Fastify hook has seen it, and a request that broke off
 * midway. The latter gets its line in the log when its own response closes.
 */
export function socketErrorHandler(
  logger: Logger,
  replies: RepliesBySocket,
): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    const problem = new Problem(kindOfNodeCode[error.code] ?? 'bad-request')
    const reply = replyMidway(replies, socket)
    if (reply?.request.routeOptions.config.hasOwnPace && error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return
    const occurrence = reply ? occurrenceOf(reply.request) : newOccurrence()
    if (reply) reply.problem = problem
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const bytes = answer(socket, problem, occurrence)
    if (!reply) logger.info({ ...occurrence, ...unread(problem), bytes }, 'request')
  }
}

function replyMidway(replies: RepliesBySocket, socket: Socket): FastifyReply | undefined {
  const reply = replies.get(socket)
  return reply?.raw.writableEnded ? undefined : reply
}

function occurrenceOf({ id, traceId }: FastifyRequest): Occurrence {
  return { requestId: id, traceId }
}

function newOccurrence(): Occurrence {
  return { requestId: requestIdFrom(undefined), traceId: traceIdFrom(undefined) }
}

function unread({ status, kind }: Problem) {
  return { method: null, route: null, status, problem: kind }
}

/** Closes the connection behind the answer. Returns the bytes of its body. */
function answer(socket: Socket, problem: Problem, occurrence: Occurrence): number {
  const body = problemDocument(problem, occurrence)
  socket.end(Buffer.concat([head(problem.status, occurrence.requestId, body.length), body]), () =>
    socket.destroy(),
  )
  return body.length
}

function head(status: number, requestId: string, contentLength: number): Buffer {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${contentLength}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}
