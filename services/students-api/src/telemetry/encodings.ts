import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { Parcel } from './collector.ts'
import type { OtlpProtocol } from './otlp-settings.ts'
import type { LogRecord } from './request-record.ts'
import type { Span } from './request-spans.ts'

/** How items are written for a collector. */
interface Encoding {
  traces: (spans: readonly Span[]) => Parcel
  logs: (records: readonly LogRecord[]) => Parcel
}

export const encodings: Readonly<Record<OtlpProtocol, Encoding>> = {
  'http/protobuf': encodingOf(ProtobufTraceSerializer, ProtobufLogsSerializer),
  'http/json': encodingOf(JsonTraceSerializer, JsonLogsSerializer),
}

function encodingOf(traces: typeof ProtobufTraceSerializer, logs: typeof ProtobufLogsSerializer): Encoding {
  return {
    traces: (spans) => ({
      path: 'v1/traces',
      body: present(traces.serializeRequest([...spans])),
      rejected: (answer) => traces.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0,
    }),
    logs: (records) => ({
      path: 'v1/logs',
      body: present(logs.serializeRequest([...records])),
      rejected: (answer) => logs.deserializeResponse(answer).partialSuccess?.rejectedLogRecords ?? 0,
    }),
  }
}

function present(body: Uint8Array | undefined): Uint8Array {
  if (!body) throw new Error('nothing was encoded')
  return body
}
