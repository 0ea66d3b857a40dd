import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { RequestMetrics } from '../metrics/request-metrics.ts'
import type { ProblemKind } from './problem.ts'

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

/**
 * Counts the request and writes one line when the response has left, or when the client has gone before it could.
 * Holds nothing a person typed: no path, query, body or e-mail, only the route's template.
 */
export function logWhenClosed(
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, clock, requests, telemetry }: Observers,
): void {
  reply.startedMs = clock.elapsedMs()
  let finished = false
  reply.raw.once('finish', () => {
    finished = true
  })
  reply.raw.once('close', () => {
    const durationMs = clock.elapsedMs() - reply.startedMs
    // A response to an upload cut short finishes too, into a socket that is gone.
    const isAnswered = finished && !request.raw.errored
    // Read once: Fastify makes the options anew each time.
    const route = request.routeOptions.url
    const outcome = isAnswered ? answered(request, reply) : { aborted: true as const }
    requests.record({
      method: request.method,
      route: route ?? '',
      status: isAnswered ? reply.statusCode : undefined,
      durationMs,
      effort: reply.effort,
    })
    const level = (reply.problem?.status ?? 0) < 500 ? 'info' : 'error'
    const line: RequestLine = {
      ...identity(request),
      route: route ?? null,
      ...outcome,
      durationMs: rounded(durationMs),
      ...effort(reply),
      ...failure(reply),
    }
    logger[level](line, 'request')
    telemetry?.record(request, reply, line)
  })
}

function identity({ id, traceId, method }: FastifyRequest) {
  return { requestId: id, traceId, method }
}

function answered(request: FastifyRequest, reply: FastifyReply) {
  return { status: reply.statusCode, bytes: bodyBytes(request, reply) }
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

/** PostgreSQL's SQLSTATE, also of the error underneath. */
function sqlState(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  return 'sqlState' in cause && typeof cause.sqlState === 'string' ? cause.sqlState : sqlState(cause.cause)
}
