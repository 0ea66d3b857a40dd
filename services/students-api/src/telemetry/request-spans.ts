import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { newSpanId, type EndedRequest } from './ended-request.ts'
import type { Origin } from './origin.ts'
import { partsOf } from './span-times.ts'

/** As the encoder takes it. */
export type Span = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number]

// https://opentelemetry.io/docs/specs/otel/trace/api/#spankind, in the encoder's numbers.
const internal: Span['kind'] = 0
const server: Span['kind'] = 1
const client: Span['kind'] = 2
const unset = { code: 0 } as const
const failed = { code: 2 } as const

// https://opentelemetry.io/docs/specs/semconv/http/http-spans/ wants any other method told apart.
const methods = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'])

/** The span of a request, and one each of its wait in the queue and its transaction, where those are known. */
export function spansOf(ended: EndedRequest, origin: Origin): Span[] {
  const { startedAtMs, queuedAfterMs, effort, line } = ended
  const request = spanOf(origin, ended, {
    ...requestSpan(ended),
    startedAtMs,
    durationMs: line.durationMs,
  })
  if (effort?.queueWaitMs === undefined || effort.queuedAtMs === undefined) return [request]
  const queuedAtMs = startedAtMs + queuedAfterMs
  const wait = childOf(ended, origin, {
    name: 'wait for the write queue',
    kind: internal,
    attributes: {},
    status: unset,
    startedAtMs: queuedAtMs,
    durationMs: effort.queueWaitMs,
  })
  if (effort.databaseMs === undefined) return [request, wait]
  const write = childOf(ended, origin, {
    ...writeSpan(ended, origin, effort.attempts),
    startedAtMs: queuedAtMs + effort.queueWaitMs,
    durationMs: effort.databaseMs,
  })
  return [request, wait, write]
}

type Told = Pick<Span, 'name' | 'kind' | 'attributes' | 'status'>

function requestSpan({ line, route, path, server: address }: EndedRequest): Told {
  const error = serverError(line)
  const method = methods.has(line.method) ? line.method : '_OTHER'
  const name = method === '_OTHER' ? 'HTTP' : method
  return {
    name: route === undefined ? name : `${name} ${route}`,
    kind: server,
    status: error === undefined ? unset : failed,
    attributes: {
      'http.request.method': method,
      ...(method === '_OTHER' && { 'http.request.method_original': line.method }),
      'url.scheme': 'http',
      'url.path': path,
      ...(route !== undefined && { 'http.route': route }),
      ...(line.status !== undefined && { 'http.response.status_code': line.status }),
      ...(error !== undefined && { 'error.type': error }),
      ...(address && { 'server.address': address.address, 'server.port': address.port }),
    },
  }
}

/** Absent where the service did what it should: a 4xx is the client's error. */
function serverError({ status, aborted, problem }: EndedRequest['line']): string | undefined {
  if (aborted) return 'aborted'
  return status === undefined || status < 500 ? undefined : (problem ?? String(status))
}

// https://opentelemetry.io/docs/specs/semconv/database/database-spans/
function writeSpan({ line }: EndedRequest, { databaseSystem }: Origin, attempts: number): Told {
  const code = line.sqlState ?? line.sqliteCode
  return {
    name: 'BATCH students',
    kind: client,
    status: line.err === undefined ? unset : failed,
    attributes: {
      'db.system.name': databaseSystem,
      'db.operation.name': 'BATCH',
      'db.collection.name': 'students',
      'students.attempts': attempts,
      ...(code !== undefined && { 'db.response.status_code': String(code) }),
      ...(line.err !== undefined && { 'error.type': String(code ?? line.problem) }),
    },
  }
}

interface Timed extends Told {
  startedAtMs: number
  durationMs: number
}

function childOf({ line, spanId }: EndedRequest, origin: Origin, timed: Timed): Span {
  const parent = { traceId: line.traceId, spanId, isSampled: true }
  return spanOf(origin, { line, spanId: newSpanId(), parent }, timed)
}

function spanOf(
  { resource, scope }: Origin,
  { line, spanId, parent }: Pick<EndedRequest, 'line' | 'spanId' | 'parent'>,
  { startedAtMs, durationMs, ...told }: Timed,
): Span {
  const context = { traceId: line.traceId, spanId, traceFlags: 1 }
  const isRemote = told.kind === server
  return {
    ...told,
    ...(parent && {
      parentSpanContext: { traceId: parent.traceId, spanId: parent.spanId, traceFlags: 1, isRemote },
    }),
    spanContext: () => context,
    startTime: partsOf(startedAtMs),
    endTime: partsOf(startedAtMs + durationMs),
    duration: partsOf(durationMs),
    resource,
    instrumentationScope: scope,
    ...nothingElse,
  }
}

const nothingElse = {
  ended: true,
  links: [],
  events: [],
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
} satisfies Partial<Span>
