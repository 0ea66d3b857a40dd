import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { TLSSocket } from 'node:tls'
import type { Exchange } from './exchange.ts'
import { Http2Stream } from './http2-stream.ts'
import { openSocket } from './open-socket.ts'
import type { Origin } from './origin.ts'
import { SocketFacts } from './socket-facts.ts'
import type { Transport } from './transport.ts'
import { fromSystemError, type TransportErrorCode } from './transport-error.ts'

/** The service's alert where ALPN finds nothing that both speak. */
const NO_COMMON_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'

/**
 * One connection of HTTP/2, which bears all requests of a user to an origin, each as a stream. Over TLS it is agreed on by ALPN,
 * without TLS it is simply spoken (RFC 9113, 3.3).
 */
export class Http2Connection {
  readonly #transport: Transport
  readonly #session: ClientHttp2Session
  readonly #facts: SocketFacts
  readonly #streams = new Set<Http2Stream>()
  readonly #guard = { exchange: undefined, close: (code: TransportErrorCode): void => this.#end(code) }
  #uses = 0
  #state: 'open' | 'leaving' | 'closed' = 'open'

  constructor(origin: Origin, transport: Transport) {
    this.#transport = transport
    const socket = openSocket(origin, transport, { alpn: ['h2'] })
    this.#facts = new SocketFacts(socket, transport.clock)
    socket.on('error', (error) => this.#failed(error))
    socket.on('secureConnect', () => {
      if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') this.#end('http2-refused')
    })
    this.#session = connect(origin.origin, { createConnection: () => socket })
    // Each request that is made before it is connected listens for that.
    this.#session.setMaxListeners(0)
    this.#session.on('error', (error) => this.#failed(error))
    this.#session.on('goaway', () => (this.#state = 'leaving'))
    this.#session.on('close', () => this.#end('connection-closed'))
    transport.opened(this.#guard)
  }

  /** Whether another exchange may be sent. */
  get usable(): boolean {
    return this.#state === 'open' && !this.#session.closed && !this.#session.destroyed
  }

  send(exchange: Exchange): void {
    exchange.connection = this.#facts
    exchange.use = ++this.#uses
    const stream = new Http2Stream(this.#transport, exchange, () => this.#streams.delete(stream))
    this.#streams.add(stream)
    stream.begin(this.#session)
  }

  /** Ends it when what is under way has ended. */
  close(): void {
    this.#state = 'leaving'
    this.#session.close()
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (error.code === NO_COMMON_PROTOCOL) return this.#end('http2-refused')
    const { code, detail } = fromSystemError(error, this.#facts.isShakingHands)
    this.#end(code, detail)
  }

  #end(code: TransportErrorCode, detail?: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#transport.closed(this.#guard)
    const why = code === 'connection-closed' && this.#facts.isShakingHands ? 'tls-handshake-failed' : code
    for (const stream of this.#streams) stream.close(why, detail)
    this.#session.destroy(undefined, constants.NGHTTP2_NO_ERROR)
  }
}
