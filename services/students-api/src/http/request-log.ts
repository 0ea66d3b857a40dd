import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'

/**
 * Writes one line when the response has left, or when the client has gone before it could.
 * Holds nothing a person typed: no path, query, body or e-mail, only the route's template.
 */
export function logWhenClosed(
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
  clock: Clock,
): void {
  const startedMs = clock.elapsedMs()
  let finished = false
  reply.raw.once('finish', () => {
    finished = true
  })
  reply.raw.once('close', () => {
    const durationMs = clock.elapsedMs() - startedMs
    // A response to an upload cut short finishes too, into a socket that is gone.
    const outcome = finished && !request.raw.errored ? answered(request, reply) : { aborted: true }
    const level = (reply.problem?.status ?? 0) < 500 ? 'info' : 'error'
    logger[level](
      { ...identity(request), ...outcome, durationMs: rounded(durationMs), ...failure(reply) },
      'request',
    )
  })
}

function identity({ id, traceId, method, routeOptions }: FastifyRequest) {
  return { requestId: id, traceId, method, route: routeOptions.url ?? null }
}

function answered(request: FastifyRequest, reply: FastifyReply) {
  return { status: reply.statusCode, bytes: bodyBytes(request, reply) }
}

function failure({ problem }: FastifyReply) {
  if (!problem) return undefined
  return { problem: problem.kind, sqliteCode: sqliteCode(problem.cause), err: problem.cause }
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000
}

// A body that isn't streamed has a Content-Length; a HEAD names the length of a body it doesn't send.
function bodyBytes(request: FastifyRequest, reply: FastifyReply): number {
  return request.method === 'HEAD'
    ? 0
    : (reply.streamedBytes ?? Number(reply.getHeader('content-length') ?? 0))
}

/** SQLite's extended result code, which `node:sqlite` carries as `errcode`; also of the error underneath. */
function sqliteCode(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined
  return 'errcode' in cause ? Number(cause.errcode) : sqliteCode(cause.cause)
}
