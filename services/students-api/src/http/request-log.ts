import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { ProblemKind } from './problem.ts'
import type { EndedRequest, RequestMetrics } from '../metrics/request-metrics.ts'

/** What takes note of requests. */
interface Observers {
  logger: Logger
  clock: Clock
  requests: RequestMetrics
  telemetry?: RequestObserver | undefined
}

export interface RequestObserver {
  /** Takes note of a request that is over, as its line in the log tells it. */
  record(request: FastifyRequest, reply: FastifyReply, line: RequestLine): void
}

/** What the log tells of a request. */
export interface RequestLine {
  requestId: string
  traceId: string
  method: string
  route: string | null
  /** Absent where the client was gone before the end. */
  status?: number
  bytes?: number
  aborted?: true
  durationMs: number
  queueWaitMs?: number
  attempts?: number
  problem?: ProblemKind
  sqliteCode?: number | undefined
  sqlState?: string | undefined
  err?: unknown
}

/** Takes note of a request that begins, and then of what became of it. */
export type FollowRequest = (request: FastifyRequest, reply: FastifyReply) => void

/**
 * Counts each request, and where it fails, or the client has gone before its end, writes one line; with the level
 * `debug`, for all.
 * Holds nothing a person typed: no path, query, body or e-mail, only the route's template.
 */
export function requestLog({ logger, clock, requests, telemetry }: Observers): FollowRequest {
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
      const level = levelOf(ended, reply)
      if (!telemetry && !logger.isLevelEnabled(level)) return
      const line = lineOf(ended, request, reply)
      logger[level](line, 'request')
      telemetry?.record(request, reply, line)
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

/** An answer as it should be is told on demand only: a log of all costs a read from memory half as much again. */
function levelOf({ status }: EndedRequest, { problem }: FastifyReply): 'debug' | 'info' | 'error' {
  if (!problem) return status === undefined ? 'info' : 'debug'
  return problem.status < 500 ? 'info' : 'error'
}

function lineOf(
  { method, route, status, durationMs }: EndedRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): RequestLine {
  return {
    requestId: request.id,
    traceId: request.traceId,
    method,
    route: route || null,
    ...(status === undefined ? { aborted: true } : { status, bytes: bodyBytes(request, reply) }),
    durationMs: rounded(durationMs),
    ...effort(reply),
    ...failure(reply),
  }
}

/** Milliseconds, to microseconds. */
export function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000
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
