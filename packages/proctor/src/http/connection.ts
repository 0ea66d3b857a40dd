import { connect, type Socket } from 'node:net'
import type { Exchange } from './exchange.ts'
import type { Origin } from './origin.ts'
import { HttpResponse } from './response.ts'
import { ResponseParser } from './response-parser.ts'
import type { Transport } from './transport.ts'
import { fromSystemError, TransportError, type TransportErrorCode } from './transport-error.ts'

/**
 * One socket and at most one exchange on it.
 *
 * All sockets of a worker read into one shared buffer: a read is taken apart before the next one happens, so
 * nothing is ever kept in it.
 */
export class Connection {
  readonly #socket: Socket
  readonly #transport: Transport
  readonly #parser = new ResponseParser()
  readonly #onIdle: (connection: Connection) => void
  #exchange: Exchange | undefined
  #state: 'connecting' | 'open' | 'closed' = 'connecting'

  /** Starts to connect. `onIdle` is told when another exchange may be sent. */
  constructor(origin: Origin, transport: Transport, onIdle: (connection: Connection) => void) {
    this.#transport = transport
    this.#onIdle = onIdle
    this.#socket = connect({
      host: origin.host,
      port: origin.port,
      noDelay: true,
      onread: { buffer: transport.readBuffer, callback: (length) => this.#read(length) },
    })
    this.#socket.on('connect', () => this.#opened())
    this.#socket.on('error', (error) => this.#failed(fromSystemError(error)))
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('close', () => this.close('connection-closed'))
    transport.connections.add(this)
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
    if (this.#state === 'open') this.#write(exchange)
    else exchange.startedAt = this.#transport.clock.now()
  }

  /** Ends the connection; an exchange under way on it fails for the reason given. */
  close(code: TransportErrorCode, detail?: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#transport.connections.delete(this)
    this.#socket.destroy()
    if (this.#exchange !== undefined) this.#reject(this.#exchange, new TransportError(code, detail))
  }

  #opened(): void {
    this.#state = 'open'
    if (this.#exchange !== undefined) this.#write(this.#exchange)
  }

  #write(exchange: Exchange): void {
    this.#parser.begin(exchange.method)
    const { head, body } = exchange
    exchange.startedAt = this.#transport.clock.now()
    if (body === undefined) {
      this.#socket.write(head, 'latin1')
    } else if (typeof body === 'string') {
      // A body as long in bytes as in characters is ASCII, which latin1 writes without a search for wider characters.
      this.#socket.write(head + body, exchange.requestBytes === body.length ? 'latin1' : 'utf8')
    } else {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
    }
  }

  #read(length: number): boolean {
    const now = this.#transport.clock.now()
    if (this.#exchange === undefined) {
      this.close('unexpected-data')
      return false
    }
    try {
      if (this.#parser.feed(this.#transport.readBuffer, length)) this.#answered(now)
    } catch (error) {
      this.#failed(error)
    }
    return true
  }

  #ended(): void {
    if (this.#exchange === undefined) return this.close('connection-closed')
    try {
      if (this.#parser.end()) this.#answered(this.#transport.clock.now())
    } catch (error) {
      this.#failed(error)
    }
  }

  #answered(now: number): void {
    const exchange = this.#exchange!
    const { status, head, body, bodyBytes, keepAlive } = this.#parser
    exchange.endedAt = now
    this.#exchange = undefined
    // An answer that came before the whole request was written leaves a connection that nobody can use.
    if (keepAlive && this.#socket.writableLength === 0) this.#onIdle(this)
    else this.close('connection-closed')
    const response = new HttpResponse(status, head, body, bodyBytes, now - exchange.startedAt)
    this.#transport.observer.answered(exchange, response)
    exchange.resolve(response)
  }

  #failed(error: unknown): void {
    if (!(error instanceof TransportError)) throw error
    this.close(error.code, error.detail)
  }

  #reject(exchange: Exchange, error: TransportError): void {
    this.#exchange = undefined
    exchange.endedAt = this.#transport.clock.now()
    this.#transport.observer.failed(exchange, error)
    exchange.reject(error)
  }
}
