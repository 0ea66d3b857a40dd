import { symbols, type DestinationStream, type Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { ByRoute } from '../metrics/by-route.ts'
import type { EndedRequest } from '../metrics/request-metrics.ts'

const infoLevel = 30

/**
 * The log's lines of requests answered as they should be, which most are. Written past pino, which would take a tenth of
 * the time that answering from memory takes: all in them is a number, ours, or checked to need no escape.
 */
export class AnswerLines {
  readonly #logger: Logger
  readonly #out: DestinationStream
  readonly #clock: Clock
  readonly #beginnings = new ByRoute(
    (method, route) =>
      `{"level":${infoLevel},"method":"${method}","route":${JSON.stringify(route || null)},"time":`,
  )

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#out = (logger as unknown as Record<symbol, DestinationStream>)[symbols.streamSym]!
    this.#clock = clock
  }

  write(
    { method, route, status, durationMs, effort }: EndedRequest,
    { id, traceId }: { id: string; traceId: string },
    bytes: number,
  ): void {
    if (this.#logger.levelVal > infoLevel) return
    const beginning = `${this.#beginnings.of(method, route)}${this.#clock.now().getTime()}`
    const answer = `"requestId":"${id}","traceId":"${traceId}","status":${status},"bytes":${bytes}`
    const times = `"durationMs":${rounded(durationMs)}${effort ? effortMembers(effort) : ''}`
    this.#out.write(`${beginning},${answer},${times},"msg":"request"}\n`)
  }
}

function effortMembers({ queueWaitMs, attempts }: NonNullable<EndedRequest['effort']>): string {
  return queueWaitMs === undefined ? '' : `,"queueWaitMs":${rounded(queueWaitMs)},"attempts":${attempts}`
}

/** To microseconds. */
export function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000
}
