import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { RequestLine, RequestObserver } from '../http/request-log.ts'
import type { TelemetryFigures } from '../metrics/telemetry-figures.ts'
import { Collector, type Parcel } from './collector.ts'
import { endedRequest } from './ended-request.ts'
import { originOf, type Origin } from './origin.ts'
import type { OtlpSettings } from './otlp-settings.ts'
import { Outage } from './outage.ts'
import { Outbox, outboxLimits, type OutboxLimits } from './outbox.ts'
import { recordOf, type LogRecord } from './request-record.ts'
import { spansOf, type Span } from './request-spans.ts'

const closeLimitMs = 2000

interface Surroundings {
  databaseSystem: Origin['databaseSystem']
  clock: Clock
  logger: Logger
  limits?: OutboxLimits
}

/**
 * Sends a span for each request, and a log record for each that failed, to an OpenTelemetry collector. Loaded only where
 * there is one: the encoder is large.
 */
export class Telemetry implements RequestObserver {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #origin: Origin
  readonly #traces: Outbox<Span>
  readonly #logs: Outbox<LogRecord>

  constructor(settings: OtlpSettings, { databaseSystem, clock, logger, limits }: Surroundings) {
    this.#clock = clock
    this.#logger = logger
    this.#origin = originOf(settings.resource, databaseSystem)
    const { traces, logs } = encodings[settings.protocol]
    const collector = new Collector(settings, clock)
    const outage = new Outage(logger, clock)
    const outbox = <Item>(signal: string, encode: (items: Item[]) => Parcel) => {
      const delivery = {
        pack: (items: readonly Item[]) => {
          const parcel = encode([...items])
          return (stop: AbortSignal) => collector.send(parcel, stop)
        },
        heard: outage.heard.bind(outage, signal),
      }
      return new Outbox<Item>(delivery, clock, limits ?? outboxLimits)
    }
    this.#traces = outbox('traces', traces)
    this.#logs = outbox('logs', logs)
  }

  record(request: FastifyRequest, reply: FastifyReply, line: RequestLine): void {
    const ended = endedRequest(request, reply, line, this.#clock.now().getTime())
    if (ended.isSampled) for (const span of spansOf(ended, this.#origin)) this.#traces.put(span)
    const record = recordOf(ended, this.#origin)
    if (record) this.#logs.put(record)
  }

  figures(): TelemetryFigures {
    return { traces: this.#traces.figures(), logs: this.#logs.figures() }
  }

  /** Sends what is left, for 2 s at most, and tells what was lost since the start. */
  async close(): Promise<void> {
    await Promise.all([this.#traces.close(closeLimitMs), this.#logs.close(closeLimitMs)])
    const spans = this.#traces.figures().dropped
    const logRecords = this.#logs.figures().dropped
    if (spans + logRecords > 0) this.#logger.warn({ spans, logRecords }, 'telemetry was lost')
  }
}

const encodings = {
  'http/protobuf': encodingOf(ProtobufTraceSerializer, ProtobufLogsSerializer),
  'http/json': encodingOf(JsonTraceSerializer, JsonLogsSerializer),
}

function encodingOf(traces: typeof ProtobufTraceSerializer, logs: typeof ProtobufLogsSerializer) {
  return {
    traces: (spans: Span[]): Parcel => ({
      path: 'v1/traces',
      body: encoded(traces.serializeRequest(spans)),
      rejected: (answer) => traces.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0,
    }),
    logs: (records: LogRecord[]): Parcel => ({
      path: 'v1/logs',
      body: encoded(logs.serializeRequest(records)),
      rejected: (answer) => logs.deserializeResponse(answer).partialSuccess?.rejectedLogRecords ?? 0,
    }),
  }
}

function encoded(body: Uint8Array | undefined): Uint8Array {
  if (!body) throw new Error('nothing to encode')
  return body
}
