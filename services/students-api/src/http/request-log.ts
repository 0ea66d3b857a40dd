import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { AnswerLines, rounded } from './answer-lines.ts'
import type { EndedRequest, RequestMetrics } from '../metrics/request-metrics.ts'

/** What takes note of requests. */
interface Observers {
  logger: Logger
  clock: Clock
  requests: RequestMetrics
}

/** Takes note of a request that begins, and then of what became of it. */
export type FollowRequest = (request: FastifyRequest, reply: FastifyReply) => void

/**
 * Counts each request and writes one line when the response has left, or when the client has gone before it could.
 * Holds nothing a person typed: no path, query, body or e-mail, only the route's template.
 */
export function requestLog({ logger, clock, requests }: Observers): FollowRequest {
  const answers = new AnswerLines(logger, clock)
  return (request, reply) => {
    reply.startedMs = clock.elapsedMs()
    let hasLeft = false
    // `on`, not `once`: each comes once, and this costs less.
    reply.raw.on('finish', () => {
      hasLeft = true
    })
    reply.raw.on('close', () => {
      const durationMs = clock.elapsedMs() - reply.startedMs
      // A response to an upload cut short finishes too, into a socket that is gone.
      const status = hasLeft && !request.raw.errored ? reply.statusCode : undefined
      const route = request.route ?? request.routeOptions.url ?? ''
      const ended = { method: request.method, route, status, durationMs, effort: reply.effort }
      requests.record(ended)
      if (status !== undefined && !reply.problem) answers.write(ended, request, bodyBytes(request, reply))
      else logFailure(logger, ended, { request, reply })
    })
  }
}

/** Fastify tells a request's route as part of options that it makes anew each time; this tells it by itself. */
export function noteRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const note: onRequestHookHandler = (request, _reply, done) => {
      request.route = route.url
      done()
    }
    route.onRequest = [note, ...[route.onRequest ?? []].flat()]
  })
}

/** A request answered with a problem, or not at all. */
function logFailure(
  logger: Logger,
  { method, route, status, durationMs }: EndedRequest,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): void {
  const level = (reply.problem?.status ?? 0) < 500 ? 'info' : 'error'
  logger[level](
    {
      requestId: request.id,
      traceId: request.traceId,
      method,
      route: route || null,
      ...(status === undefined ? { aborted: true } : { status, bytes: bodyBytes(request, reply) }),
      durationMs: rounded(durationMs),
      ...effort(reply),
      ...failure(reply),
    },
    'request',
  )
}

function effort(reply: FastifyReply) {
  if (reply.effort?.queueWaitMs === undefined) return undefined
  return { queueWaitMs: rounded(reply.effort.queueWaitMs), attempts: reply.effort.attempts }
}

function failure({ problem }: FastifyReply) {
  if (!problem) return undefined
  const { kind, cause } = problem
  return { problem: kind, sqliteCode: sqliteCode(cause), sqlState: sqlState(cause), err: cause }
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

/** PostgreSQL's SQLSTATE, also of the error underneath. */
function sqlState(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  return 'sqlState' in cause && typeof cause.sqlState === 'string' ? cause.sqlState : sqlState(cause.cause)
}
