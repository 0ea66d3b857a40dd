import type { LookupFunction } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import type { Exchange, ExchangeObserver } from './exchange.ts'
import { KnownAnswers } from './known-answers.ts'
import { KnownBodies } from './known-bodies.ts'
import { type Resolve, Resolver } from './resolver.ts'
import { Tls, type TlsSettings, USUAL_TLS } from './tls.ts'
import { TraceSource } from './trace.ts'
import type { HttpResponse } from './response.ts'
import type { TransportErrorCode } from './transport-error.ts'

export interface TransportOptions {
  clock: Clock
  observer: ExchangeObserver
  userAgent: string
  /** From the write of a request to the last byte of its answer, and for the connection before it. */
  timeoutMs: number
  /** Share of requests (0–1) that ask the service to keep their trace; `undefined` sends no trace headers. */
  traceSampledShare: number | undefined
  /** As Node would have it, unless given. */
  tls?: TlsSettings
  /** Whether HTTP/2 is spoken; HTTP/1.1 unless given. */
  http2?: boolean
  /** Where connections come from, each in turn; the system chooses unless given. */
  localAddresses?: readonly string[]
  /** How names become addresses: as the system does, unless given. */
  resolve?: Resolve
}

/** What the transport does with a connection: look how long its exchange has taken, and end it. */
interface OpenConnection {
  readonly exchange: Exchange | undefined
  close(code: TransportErrorCode, detail?: string): void
}

/** A whole answer; `marks` say what its head asks for. */
interface Answer {
  readonly exchange: Exchange
  readonly response: HttpResponse
  readonly marks: number
}

/** How often connections are looked over for exchanges that take too long. */
const SWEEP_MS = 50

/** What all users of a worker share: the read buffer, the bodies that came before, the trace ids, the timeouts, and who is told. */
export class Transport {
  readonly clock: Clock
  readonly observer: ExchangeObserver
  readonly userAgent: string
  readonly traces: TraceSource | undefined
  readonly tls: Tls
  readonly http2: boolean
  readonly resolver: Resolver
  readonly #localAddresses: readonly string[]
  #sockets = 0
  #answers: Answer[] = []
  /** Large enough for most answers to come in one read. */
  readonly readBuffer = Buffer.allocUnsafeSlow(64 * 1024)
  readonly knownBodies = new KnownBodies()
  readonly knownAnswers = new KnownAnswers()
  /** All that are open or opening. */
  readonly #connections = new Set<OpenConnection>()
  readonly #timeoutMs: number
  #closedFor: TransportErrorCode | undefined
  #cancelSweep: () => void = () => {}

  constructor(options: TransportOptions) {
    this.clock = options.clock
    this.observer = options.observer
    this.userAgent = options.userAgent
    this.traces =
      options.traceSampledShare === undefined ? undefined : new TraceSource(options.traceSampledShare)
    this.http2 = options.http2 ?? false
    this.resolver = new Resolver(options.clock, options.resolve)
    this.#localAddresses = options.localAddresses ?? []
    this.tls = new Tls(options.tls ?? USUAL_TLS)
    this.#timeoutMs = options.timeoutMs
    this.#sweepLater()
  }

  /** Told of a connection by itself. After `close` it lives for one turn of the event loop. */
  opened(connection: OpenConnection): void {
    this.#connections.add(connection)
    const code = this.#closedFor
    if (code !== undefined) this.clock.after(0, () => connection.close(code))
  }

  closed(connection: OpenConnection): void {
    this.#connections.delete(connection)
  }

  /** What a new socket is to be opened with. */
  get socketOptions(): { lookup: LookupFunction; localAddress?: string } {
    const { lookup } = this.resolver
    const localAddress = this.#localAddresses[this.#sockets++ % this.#localAddresses.length]
    return localAddress === undefined ? { lookup } : { lookup, localAddress }
  }

  /**
   * Hands an answer over once all that came in this turn of the event loop have been read: what is done for many at a stretch
   * stays in the processor's caches, and nobody's answer is stamped late for what another's task does.
   */
  answered(answer: Answer): void {
    // Not of the clock: sockets turn the loop, whoever turns the clock.
    if (this.#answers.push(answer) === 1) setImmediate(this.#handOver)
  }

  readonly #handOver = (): void => {
    const answers = this.#answers
    this.#answers = []
    for (const { exchange, response, marks } of answers) {
      if (marks !== 0) exchange.asker.settle(exchange, response, marks)
      else {
        // A promise tells its own side in a later microtask: the observer is first, and cannot leave it waiting for ever.
        exchange.resolve(response)
        this.observer.answered(exchange, response)
      }
    }
  }

  get openConnections(): number {
    return this.#connections.size
  }

  /** Ends every connection; what is under way, or asked for from now on, fails with `code`. */
  close(code: TransportErrorCode): void {
    this.#closedFor = code
    this.#cancelSweep()
    this.#handOver()
    for (const connection of this.#connections) connection.close(code)
  }

  /** One timer for all: a timer per request would cost more than the request's own bookkeeping. */
  #sweepLater(): void {
    this.#cancelSweep = this.clock.after(SWEEP_MS, () => {
      this.#sweep()
      this.#sweepLater()
    })
  }

  #sweep(): void {
    const now = this.clock.now()
    for (const connection of this.#connections) {
      const { exchange } = connection
      const limit = exchange && passedLimit(exchange, now, this.#timeoutMs)
      if (limit !== undefined) connection.close('timed-out', limit)
    }
  }
}

/** Which limit of its time an exchange has passed, in words; `undefined` where none. */
function passedLimit(exchange: Exchange, now: number, usualMs: number): string | undefined {
  const { startedAt, options, connection, firstByteAt } = exchange
  const { timeoutMs = usualMs, connectTimeoutMs = Infinity, firstByteTimeoutMs = Infinity } = options
  const tookMs = now - startedAt
  if (tookMs >= timeoutMs) return `${timeoutMs / 1000} s`
  if (connection?.openAt === undefined)
    return tookMs >= connectTimeoutMs ? `${connectTimeoutMs / 1000} s to connect` : undefined
  if (firstByteAt === undefined && tookMs >= firstByteTimeoutMs)
    return `${firstByteTimeoutMs / 1000} s for the first byte`
  return undefined
}
