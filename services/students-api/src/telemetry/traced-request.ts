import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { parentSpanFrom, type ParentSpan } from '../http/identity.ts'
import type { RequestLine } from '../http/request-log.ts'
import type { Effort } from '../students/effort.ts'

/** A request that is over, as its spans and its log record are made from it. */
export interface TracedRequest {
  line: RequestLine
  /** The route as OpenTelemetry writes templates: `/students/{id}`. */
  route: string | undefined
  /** Without what a person may have typed. */
  path: string
  parent: ParentSpan | undefined
  spanId: string
  isSampled: boolean
  /** Milliseconds since 1970. */
  startedAtMs: number
  effort: Effort | undefined
  /** Since the request began. */
  queuedAfterMs: number
  server: AddressInfo | undefined
}

export function tracedRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  line: RequestLine,
  endedAtMs: number,
): TracedRequest {
  const parent = parentSpanFrom(request.headers.traceparent)
  const address = request.server.server.address()
  const { effort, startedMs } = reply
  return {
    line,
    route: line.route?.replaceAll(/:(\w+)/g, '{$1}'),
    path: publicPath(line.route, request.params),
    parent,
    spanId: newSpanId(),
    // Who asks decides; where nobody did, all are kept, as `parentbased_always_on` has it.
    isSampled: parent?.isSampled ?? true,
    startedAtMs: endedAtMs - line.durationMs,
    effort,
    queuedAfterMs: (effort?.queuedAtMs ?? startedMs) - startedMs,
    server: typeof address === 'object' && address ? address : undefined,
  }
}

/** 16 hexadecimal digits, not all zero: the half of a UUID in which the variant's bits are. */
export function newSpanId(): string {
  return randomUUID().replaceAll('-', '').slice(16)
}

/** The path as far as it is the service's own words and ids; the rest may be anybody's e-mail. */
function publicPath(route: string | null, params: unknown): string {
  if (route === null) return '/REDACTED'
  const values = Object(params) as Record<string, unknown>
  return route.replaceAll(/:(\w+)/g, (_all, name: string) => {
    const value = String(values[name])
    return /^\d{1,15}$/.test(value) ? value : 'REDACTED'
  })
}
