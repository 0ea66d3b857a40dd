import type { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { TracedRequest } from './traced-request.ts'
import type { Origin } from './origin.ts'
import { partsOf } from './span-times.ts'

/** As the encoder takes it. */
export type LogRecord = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number]

// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
const info = { severityNumber: 9, severityText: 'INFO' } as const
const error = { severityNumber: 17, severityText: 'ERROR' } as const

/** Of a request that failed or was broken off: its line in the log, but for the error's own words. */
export function recordOf(traced: TracedRequest, { resource, scope }: Origin): LogRecord | undefined {
  const { line, route, spanId, isSampled, startedAtMs } = traced
  if (line.problem === undefined && !line.aborted) return undefined
  const instant = partsOf(startedAtMs + line.durationMs)
  const outcome = line.aborted ? 'aborted' : `${line.status} ${line.problem}`
  return {
    ...((line.status ?? 0) < 500 ? info : error),
    hrTime: instant,
    hrTimeObserved: instant,
    spanContext: { traceId: line.traceId, spanId, traceFlags: isSampled ? 1 : 0 },
    body: `${line.method} ${route ?? 'no route'}: ${outcome}`,
    attributes: defined({
      'students.request_id': line.requestId,
      'http.request.method': line.method,
      'http.route': route,
      'http.response.status_code': line.status,
      'students.duration_ms': line.durationMs,
      'students.queue_wait_ms': line.queueWaitMs,
      'students.attempts': line.attempts,
      'students.problem': line.problem,
      'db.response.status_code': text(line.sqlState ?? line.sqliteCode),
      'exception.type': line.err instanceof Error ? line.err.name : undefined,
    }),
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scope,
  }
}

type Value = string | number

function defined(attributes: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(attributes)
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined))
}

function text(code: Value | undefined): string | undefined {
  return code === undefined ? undefined : String(code)
}
