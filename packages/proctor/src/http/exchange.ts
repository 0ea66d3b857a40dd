import type { ConnectionFacts } from './connection-facts.ts'
import type { Origin } from './origin.ts'
import type { Judging } from './judging.ts'
import type { RequestOptions } from './request-options.ts'
import type { HttpResponse } from './response.ts'
import type { TransportError } from './transport-error.ts'

/** One request and what became of it. Times are readings of the worker's clock, in milliseconds. */
export interface Exchange {
  readonly method: string
  /** What reports group by: the path as the scenario wrote it, or the name that it gave. */
  readonly name: string
  readonly origin: Origin
  /** Path and query as sent. */
  readonly target: string
  /** Request line and headers as sent. */
  readonly head: string
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array> | undefined
  /** Length of the request's body in bytes; of one that comes in pieces, of what was sent. */
  requestBytes: number
  /** What the scenario said of it. */
  readonly options: RequestOptions
  /** How many redirects led here. */
  readonly hops: number
  readonly asker: Asker
  /** Whose it is: the number of the user within the run. */
  readonly user: number
  /** What the request says of the answers that it takes for good, where it says anything. */
  judging?: Judging | undefined
  /** When an open load's request was due: response times count from here. `NaN` in a closed load. */
  readonly dueAt: number
  /** Just before the write; while the connection opens, when that began. */
  startedAt: number
  /** When the last byte had come, or the failure. */
  endedAt: number
  /** The connection that it goes over; `undefined` until it has one. */
  connection: ConnectionFacts | undefined
  /** Which use of its connection it is, from 1, for which the connection opened; 0 until it has one. */
  use: number
  /** When the kernel had taken the whole request, `Infinity` until then; `undefined` where it took it at once. */
  sentAt: number | undefined
  /** When the first byte of the answer was read; `undefined` where the answer came in one read. */
  firstByteAt: number | undefined
  readonly resolve: (response: HttpResponse) => void
  readonly reject: (error: Error) => void
}

/** Who asked. */
export interface Asker {
  /** Takes an answer that asks for more than to be handed over, as `marks` of its head say, and sees to its end. */
  settle(exchange: Exchange, response: HttpResponse, marks: number): void
}

/**
 * Told of every exchange, before the code that asked for it goes on: once that it has started, once how it ended.
 * What an observer throws is a defect of Proctor; it is never taken for a failed request.
 */
export interface ExchangeObserver {
  started(exchange: Exchange): void
  answered(exchange: Exchange, response: HttpResponse): void
  failed(exchange: Exchange, error: TransportError): void
}
