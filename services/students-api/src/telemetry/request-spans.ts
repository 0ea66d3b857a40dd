import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { newSpanId, type TracedRequest } from './traced-request.ts'
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
export function spansOf(traced: TracedRequest, origin: Origin): Span[] {
  const { startedAtMs, line } = traced
  const request = { ...requestSpan(traced), startedAtMs, durationMs: line.durationMs }
  return [
    spanOf(origin, traced, request),
    ...childrenOf(traced, origin).map((child) => spanOf(origin, below(traced), child)),
  ]
}

function childrenOf(traced: TracedRequest, origin: Origin): Timed[] {
  const { startedAtMs, queuedAfterMs, effort } = traced
  if (effort?.queueWaitMs === undefined || effort.queuedAtMs === undefined) return []
  const { queueWaitMs, databaseMs, attempts } = effort
  const queuedAtMs = startedAtMs + queuedAfterMs
  const wait = { ...waiting, startedAtMs: queuedAtMs, durationMs: queueWaitMs }
  if (databaseMs === undefined) return [wait]
  const write = writeSpan(traced, origin, attempts)
  return [wait, { ...write, startedAtMs: queuedAtMs + queueWaitMs, durationMs: databaseMs }]
}

type Told = Pick<Span, 'name' | 'kind' | 'attributes' | 'status'>

const waiting: Told = { name: 'wait for the write queue', kind: internal, attributes: {}, status: unset }

function requestSpan({ line, route, path, server: address }: TracedRequest): Told {
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
function serverError({ status, aborted, problem }: TracedRequest['line']): string | undefined {
  if (aborted) return 'aborted'
  return status === undefined || status < 500 ? undefined : (problem ?? String(status))
}

// https://opentelemetry.io/docs/specs/semconv/database/database-spans/
function writeSpan({ line }: TracedRequest, { databaseSystem }: Origin, attempts: number): Told {
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

function below({ line, spanId }: TracedRequest): Pick<TracedRequest, 'line' | 'spanId' | 'parent'> {
  return { line, spanId: newSpanId(), parent: { traceId: line.traceId, spanId, isSampled: true } }
}

function spanOf(
  { resource, scope }: Origin,
  { line, spanId, parent }: Pick<TracedRequest, 'line' | 'spanId' | 'parent'>,
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
