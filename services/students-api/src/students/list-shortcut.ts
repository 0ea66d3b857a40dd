import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { entityTag } from '../http/entity-tag.ts'
import { requestIdFrom, traceIdFrom } from '../http/identity.ts'
import { rounded, type RequestLine } from '../http/request-log.ts'
import { totalTime } from '../http/server-timing.ts'
import type { RequestMetrics } from '../metrics/request-metrics.ts'
import type { StudentList } from './student-store.ts'

const route = '/students'

interface Parts {
  /** The list, where it can be told at once. */
  listAtHand: () => StudentList | undefined
  /** Whether it is certain, without asking anybody, that this `Authorization` may read. */
  mayRead: (authorization: string | undefined) => boolean
  stopping: AbortSignal
  logger: Logger
  clock: Clock
  requests: RequestMetrics
}

/** Answers a request, or says that it doesn't: then nothing has been done. */
export type Shortcut = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * `GET /students` of everybody, answered ahead of the framework: nothing is asked for more often, and this way it reaches
 * 0.88 of a bare `node:http` server, by routing, hooks and validation 0.74. Only where nothing is left to decide; whatever
 * else comes, what fails included, goes the usual way. The answers are the same by either.
 */
export function listShortcut(parts: Parts): Shortcut {
  const { listAtHand, mayRead, stopping, logger, clock } = parts
  return (request, response) => {
    if (request.url !== route || request.method !== 'GET') return false
    const startedMs = clock.elapsedMs()
    const { headers } = request
    if (hasMore(headers) || stopping.aborted || logger.isLevelEnabled('debug')) return false
    const list = mayRead(headers.authorization) ? listAtHand() : undefined
    if (!list) return false
    const requestId = requestIdFrom(headers['x-request-id'])
    follow(request, response, { requestId, startedMs }, parts)
    response.writeHead(200, {
      'x-request-id': requestId,
      etag: entityTag(list.revision),
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      'server-timing': totalTime(clock.elapsedMs() - startedMs),
      'content-length': list.body.length,
    })
    response.end(list.body)
    return true
  }
}

/** Whether there is anything that the answer depends on, or a body. */
function hasMore(headers: IncomingMessage['headers']): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers.host === undefined ||
    headers.expect !== undefined ||
    headers['content-length'] !== undefined ||
    headers['transfer-encoding'] !== undefined
  )
}

/** Counts it, and tells of a client that was gone before the end, as `requestLog` does. */
function follow(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId, startedMs }: { requestId: string; startedMs: number },
  { clock, requests, logger }: Parts,
): void {
  let hasLeft = false
  response.on('finish', () => {
    hasLeft = true
  })
  response.on('close', () => {
    const durationMs = clock.elapsedMs() - startedMs
    const status = hasLeft ? 200 : undefined
    requests.record({ method: 'GET', route, status, durationMs, effort: undefined })
    if (hasLeft) return
    const traceId = traceIdFrom(request.headers.traceparent)
    const line: RequestLine = {
      requestId,
      traceId,
      method: 'GET',
      route,
      aborted: true,
      durationMs: rounded(durationMs),
    }
    logger.info(line, 'request')
  })
}
