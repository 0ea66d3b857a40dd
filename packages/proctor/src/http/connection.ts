import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ConnectionFacts } from './connection-facts.ts'
import type { Exchange } from './exchange.ts'
import { openSocket } from './open-socket.ts'
import type { Origin } from './origin.ts'
import { sendPieces } from './pieces.ts'
import { isInPieces } from './request.ts'
import { HttpResponse } from './response.ts'
import { ResponseParser } from './response-parser.ts'
import type { Transport } from './transport.ts'
import { fromSystemError, TransportError, type TransportErrorCode } from './transport-error.ts'

const ENDINGS: ReadonlySet<TransportErrorCode> = new Set(['connection-closed', 'connection-reset'])
/** Within so long after the write an end of the connection had been under way before, unless the way is longer. */
const STALE_MS = 10

/**
 * One socket and at most one exchange on it.
 *
 * All sockets of a worker read into one shared buffer: a read is taken apart before the next one happens, so
 * nothing is ever kept in it.
 */
export class Connection implements ConnectionFacts {
  readonly #socket: Socket
  readonly #isSecure: boolean
  readonly #transport: Transport
  readonly #parser: ResponseParser
  readonly #onIdle: (connection: Connection) => void
  #exchange: Exchange | undefined
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #uses = 0
  /** Whether the kernel has taken all that was written. */
  #isTaken = true
  readonly openingAt: number
  resolvedAt: number | undefined
  connectedAt: number | undefined
  openAt: number | undefined
  isResumed: boolean | undefined
  remoteAddress: string | undefined
  localPort: number | undefined

  /** Starts to connect. `onIdle` is told when another exchange may be sent. */
  constructor(origin: Origin, transport: Transport, onIdle: (connection: Connection) => void) {
    this.#transport = transport
    this.#parser = new ResponseParser(transport.knownBodies, transport.knownAnswers)
    this.#onIdle = onIdle
    this.#isSecure = origin.isSecure
    this.openingAt = transport.clock.now()
    this.#socket = openSocket(origin, transport, {
      onread: { buffer: transport.readBuffer, callback: (length) => this.#read(length) },
    })
    this.#socket.on('lookup', (error: Error | null) => this.#resolved(error))
    this.#socket.on('connect', () => this.#connected())
    this.#socket.on('secureConnect', () => this.#opened())
    this.#socket.on('error', (error) => this.#failed(fromSystemError(error, this.#isShakingHands)))
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('close', () => this.close('connection-closed'))
    transport.opened(this)
  }

  get usable(): boolean {
    return this.#state !== 'closed' && this.#exchange === undefined
  }

  /** The exchange under way, if there is one. */
  get exchange(): Exchange | undefined {
    return this.#exchange
  }

  /** Sends now, or as soon as the connection is open. */
  send(exchange: Exchange): void {
    this.#exchange = exchange
    exchange.connection = this
    exchange.use = ++this.#uses
    if (this.#state === 'open') this.#write(exchange)
    else exchange.startedAt = this.openingAt
  }

  /** Ends the connection; an exchange under way on it fails for the reason given. */
  close(code: TransportErrorCode, detail?: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#transport.closed(this)
    this.#socket.destroy()
    if (this.#exchange === undefined) return
    const why = ENDINGS.has(code) ? this.#whyEnded(code, this.#exchange) : code
    this.#reject(this.#exchange, new TransportError(why, detail))
  }

  #whyEnded(code: TransportErrorCode, exchange: Exchange): TransportErrorCode {
    if (this.#isShakingHands) return 'tls-handshake-failed'
    return this.#wasStale(exchange) ? 'stale-connection' : code
  }

  /** It had idled, and its end came too soon after the write to be the service's answer to it. */
  #wasStale({ use, startedAt, firstByteAt }: Exchange): boolean {
    if (use === 1 || firstByteAt !== undefined) return false
    const roundTripMs = (this.connectedAt ?? 0) - (this.resolvedAt ?? this.openingAt)
    return this.#transport.clock.now() - startedAt <= Math.max(STALE_MS, 2 * roundTripMs)
  }

  /** A name may have several addresses, and the event comes with each. */
  #resolved(error: Error | null): void {
    if (error === null) this.resolvedAt ??= this.#transport.clock.now()
  }

  #connected(): void {
    this.connectedAt = this.#transport.clock.now()
    // Here and not when they are asked for: a socket that was reset knows neither.
    this.remoteAddress = this.#socket.remoteAddress
    this.localPort = this.#socket.localPort
    if (!(this.#socket instanceof TLSSocket)) this.#opened()
  }

  get #isShakingHands(): boolean {
    return this.connectedAt !== undefined && this.openAt === undefined
  }

  #opened(): void {
    this.#state = 'open'
    if (this.#socket instanceof TLSSocket) {
      this.isResumed = this.#socket.isSessionReused()
      this.openAt = this.#transport.clock.now()
    } else this.openAt = this.connectedAt
    if (this.#exchange === undefined) return
    this.#exchange.startedAt = this.#transport.clock.now()
    this.#write(this.#exchange)
  }

  #write(exchange: Exchange): void {
    this.#parser.begin(exchange.method)
    const { head, body } = exchange
    if (body === undefined) {
      this.#put(exchange, head)
    } else if (typeof body === 'string' && exchange.requestBytes === body.length) {
      // A body as long in bytes as in characters is ASCII, which latin1 writes without a search for wider characters.
      this.#put(exchange, head + body)
    } else if (isInPieces(body)) {
      this.#sendPieces(exchange, body)
    } else {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
      if (this.#socket.writableNeedDrain) this.#awaitSent(exchange)
    }
  }

  /**
   * Past the stream's queue, which orders writes that overlap, and costs a twentieth of a small request: here each is written
   * when the one before was answered.
   */
  #put(exchange: Exchange, latin1: string): void {
    // TLS tells of each write a turn later, when the answer may be there and the next be written: those overlap.
    if (this.#isSecure) return this.#queue(exchange, latin1)
    this.#isTaken = false
    // oxlint-disable-next-line no-underscore-dangle -- what the queue itself calls; part of Node's contract for streams
    this.#socket._write(latin1, 'latin1', this.#onTaken)
    if (!this.#isTaken) exchange.sentAt = Infinity
  }

  #queue(exchange: Exchange, latin1: string): void {
    if (!this.#socket.write(latin1, 'latin1')) this.#awaitSent(exchange)
  }

  readonly #onTaken = (error?: Error | null): void => {
    this.#isTaken = true
    if (error) this.#failed(fromSystemError(error))
    else if (this.#exchange?.sentAt === Infinity) this.#exchange.sentAt = this.#transport.clock.now()
  }

  #sendPieces(exchange: Exchange, body: AsyncIterable<string | Uint8Array>): void {
    exchange.sentAt = Infinity
    this.#socket.write(exchange.head, 'latin1')
    sendPieces(this.#socket, body, exchange).then(
      () => (exchange.sentAt = this.#transport.clock.now()),
      (error: unknown) => this.close('body-failed', String(error)),
    )
  }

  #awaitSent(exchange: Exchange): void {
    exchange.sentAt = Infinity
    this.#socket.once('drain', () => (exchange.sentAt = this.#transport.clock.now()))
  }

  #read(length: number): boolean {
    const now = this.#transport.clock.now()
    const exchange = this.#exchange
    if (exchange === undefined) this.close('unexpected-data')
    else if (this.#feed(length)) this.#answered(now)
    else exchange.firstByteAt ??= now
    return this.#state === 'open'
  }

  #ended(): void {
    const now = this.#transport.clock.now()
    if (this.#exchange === undefined) this.close('connection-closed')
    else if (this.#feedEnd()) this.#answered(now)
  }

  /** Apart from `#answered`: what others throw when they are told must not be taken for a bad answer. */
  #feed(length: number): boolean {
    try {
      return this.#parser.feed(this.#transport.readBuffer, length)
    } catch (error) {
      return this.#failed(error)
    }
  }

  #feedEnd(): boolean {
    try {
      return this.#parser.end()
    } catch (error) {
      return this.#failed(error)
    }
  }

  #answered(now: number): void {
    const exchange = this.#exchange!
    const { bodyBytes } = this.#parser
    const { status, keepAlive, marks } = this.#parser.head
    const head = this.#parser.takeHead()
    const body = this.#parser.takeBody()
    exchange.endedAt = now
    this.#exchange = undefined
    // An answer that came before the whole request was written leaves a connection that nobody can use.
    const isWritten = this.#isSecure || this.#socket.writableLength === 0
    const isSent = this.#isTaken && isWritten && exchange.sentAt !== Infinity
    if (keepAlive && isSent) this.#onIdle(this)
    else this.close('connection-closed')
    const response = new HttpResponse(status, head, body, bodyBytes, now - exchange.startedAt)
    this.#transport.answered({ exchange, response, marks })
  }

  #failed(error: unknown): false {
    if (!(error instanceof TransportError)) throw error
    this.close(error.code, error.detail)
    return false
  }

  #reject(exchange: Exchange, error: TransportError): void {
    this.#exchange = undefined
    exchange.endedAt = this.#transport.clock.now()
    exchange.reject(error)
    this.#transport.observer.failed(exchange, error)
  }
}
