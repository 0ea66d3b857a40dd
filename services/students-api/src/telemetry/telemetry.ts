import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { RequestLine, RequestObserver } from '../http/request-log.ts'
import type { TelemetryFigures } from '../metrics/telemetry-figures.ts'
import { Collector, type Parcel } from './collector.ts'
import { encodings } from './encodings.ts'
import { originOf, type Origin } from './origin.ts'
import type { OtlpSettings } from './otlp-settings.ts'
import { Outage } from './outage.ts'
import { Outbox } from './outbox.ts'
import { recordOf, type LogRecord } from './request-record.ts'
import { spansOf, type Span } from './request-spans.ts'
import { tracedRequest } from './traced-request.ts'

const closeLimitMs = 2000

interface Surroundings {
  databaseSystem: Origin['databaseSystem']
  clock: Clock
  logger: Logger
}

/**
 * Sends a span for each request, and a log record for each that failed, to an OpenTelemetry collector. Loaded only where
 * there is one: the encoder is large.
 */
export class Telemetry implements RequestObserver {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #origin: Origin
  readonly #collector: Collector
  readonly #outage: Outage
  readonly #traces: Outbox<Span>
  readonly #logs: Outbox<LogRecord>

  constructor(settings: OtlpSettings, { databaseSystem, clock, logger }: Surroundings) {
    this.#clock = clock
    this.#logger = logger
    this.#origin = originOf(settings.resource, databaseSystem)
    this.#collector = new Collector(settings, clock)
    this.#outage = new Outage(logger, clock)
    const { traces, logs } = encodings[settings.protocol]
    this.#traces = this.#outbox('traces', traces)
    this.#logs = this.#outbox('logs', logs)
  }

  record(request: FastifyRequest, reply: FastifyReply, line: RequestLine): void {
    const traced = tracedRequest(request, reply, line, this.#clock.now().getTime())
    if (traced.isSampled) for (const span of spansOf(traced, this.#origin)) this.#traces.put(span)
    const record = recordOf(traced, this.#origin)
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

  #outbox<Item>(signal: string, encode: (items: readonly Item[]) => Parcel): Outbox<Item> {
    const delivery = {
      pack: (items: readonly Item[]) => {
        const parcel = encode(items)
        return (stop: AbortSignal) => this.#collector.send(parcel, stop)
      },
      heard: this.#outage.heard.bind(this.#outage, signal),
    }
    return new Outbox(delivery, this.#clock)
  }
}
