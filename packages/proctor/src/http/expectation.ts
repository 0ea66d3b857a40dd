import type { Exchange } from './exchange.ts'
import type { Origin } from './origin.ts'
import { HttpResponse } from './response.ts'
import type { Transport } from './transport.ts'
import { TransportError, type TransportErrorCode } from './transport-error.ts'
import type { WebSocketMessage } from './web-socket-message.ts'

/** Who waits, and who is told of it. */
export interface Observing {
  readonly transport: Transport
  readonly origin: Origin
  /** The number of the user. */
  readonly user: number
  /** When what is asked now was due; `NaN` in a closed load. */
  readonly takeDueAt: () => number
}

/** What is expected of a WebSocket, as a request of its own. */
export interface Expected {
  readonly name: string
  readonly path: string
  readonly body: string | Uint8Array | undefined
  readonly options: { timeoutMs?: number; match?: (message: WebSocketMessage) => boolean }
}

/** The status of an answer that is a message: that of the protocol it came by. */
const SWITCHING_PROTOCOLS = 101

/**
 * One thing that is waited for on a WebSocket: the handshake, a message, a pong. To the transport it is a connection with an
 * exchange under way, so that its time is looked after as that of all others.
 */
export class Expectation<T> {
  readonly exchange: Exchange
  readonly #observing: Observing
  readonly #expected: Expected
  readonly #waiting: { resolve: (value: T) => void; reject: (error: Error) => void }
  #list: Expectation<T>[] = []
  #isOver = false

  constructor(
    observing: Observing,
    expected: Expected,
    waiting: { resolve: (value: T) => void; reject: (error: Error) => void },
  ) {
    this.#observing = observing
    this.#expected = expected
    this.#waiting = waiting
    this.exchange = exchangeOf(observing, expected)
  }

  /** From now on it is waited for, and stands in the list until it is over. */
  begin(list: Expectation<T>[] = []): void {
    this.#list = list
    list.push(this)
    this.exchange.startedAt = this.#observing.transport.clock.now()
    this.#observing.transport.observer.started(this.exchange)
    this.#observing.transport.opened(this)
  }

  /** Whether the message is what is waited for. What the scenario's own function throws is its own exception. */
  accepts(message: WebSocketMessage): boolean {
    try {
      return this.#expected.options.match?.(message) ?? true
    } catch (error) {
      this.#waiting.reject(error as Error)
      return true
    }
  }

  /** It has come; `bytes` is the length of its body. */
  met(bytes: number, value: T): void {
    if (!this.#leave()) return
    const { startedAt, endedAt } = this.exchange
    const kept = value instanceof Object && 'bytes' in value ? (value.bytes as Buffer).toString('latin1') : ''
    this.#waiting.resolve(value)
    const response = new HttpResponse(SWITCHING_PROTOCOLS, '', kept, bytes, endedAt - startedAt)
    this.#observing.transport.observer.answered(this.exchange, response)
  }

  /** It will not come. */
  close(code: TransportErrorCode, detail?: string): void {
    this.fail(new TransportError(code, detail))
  }

  fail(error: TransportError): void {
    if (!this.#leave()) return
    this.#waiting.reject(error)
    this.#observing.transport.observer.failed(this.exchange, error)
  }

  #leave(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.exchange.endedAt = this.#observing.transport.clock.now()
    this.#observing.transport.closed(this)
    const at = this.#list.indexOf(this)
    if (at >= 0) this.#list.splice(at, 1)
    return true
  }
}

function exchangeOf(
  { origin, user, takeDueAt }: Observing,
  { name, path, body, options }: Expected,
): Exchange {
  return {
    method: 'WS',
    name,
    origin,
    target: path,
    head: `WS ${path} HTTP/1.1\r\n\r\n`,
    body,
    requestBytes: body === undefined ? 0 : Buffer.byteLength(body),
    options: options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs },
    hops: 0,
    asker: { settle: () => {} },
    user,
    dueAt: takeDueAt(),
    startedAt: 0,
    endedAt: 0,
    connection: undefined,
    use: 0,
    sentAt: undefined,
    firstByteAt: undefined,
    resolve: () => {},
    reject: () => {},
  }
}
