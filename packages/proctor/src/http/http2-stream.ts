import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { Readable } from 'node:stream'
import type { Exchange } from './exchange.ts'
import { isInPieces } from './request.ts'
import { headerLines, HttpResponse, KEPT_BODY_BYTES } from './response.ts'
import { HAS_COOKIE, HAS_ENCODING, HAS_LOCATION } from './response-head.ts'
import type { Transport } from './transport.ts'
import { fromSystemError, TransportError, type TransportErrorCode } from './transport-error.ts'

/** One exchange on a connection of HTTP/2. To the transport it is a connection of its own, with this exchange under way. */
export class Http2Stream {
  readonly exchange: Exchange
  readonly #transport: Transport
  readonly #onOver: () => void
  #stream: ClientHttp2Stream | undefined
  #head = ''
  #status = 0
  #marks = 0
  #kept = ''
  #bytes = 0
  #isOver = false

  constructor(transport: Transport, exchange: Exchange, onOver: () => void) {
    this.#transport = transport
    this.exchange = exchange
    this.#onOver = onOver
  }

  /** Sends the request, or has it sent as soon as the connection is open. */
  begin(session: ClientHttp2Session): void {
    const { exchange } = this
    exchange.startedAt = this.#transport.clock.now()
    this.#transport.opened(this)
    if (session.connecting) session.once('connect', () => (exchange.startedAt = this.#transport.clock.now()))
    try {
      this.#listen(
        (this.#stream = session.request(headersOf(exchange), { endStream: exchange.body === undefined })),
      )
      this.#sendBody(this.#stream)
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  close(code: TransportErrorCode, detail?: string): void {
    if (!this.#leave()) return
    const error = new TransportError(code, detail)
    this.#stream?.close(constants.NGHTTP2_CANCEL)
    this.exchange.reject(error)
    this.#transport.observer.failed(this.exchange, error)
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on('response', (headers) => this.#begun(headers))
    stream.on('data', (data: Buffer) => this.#arrived(data))
    stream.on('end', () => this.#answered())
    stream.on('error', (error) => this.#failed(error))
    stream.on('close', () => this.close('stream-reset', `code ${stream.rstCode}`))
  }

  #sendBody(stream: ClientHttp2Stream): void {
    const { body } = this.exchange
    if (body === undefined) return
    if (typeof body === 'object' && isInPieces(body)) {
      const pieces = Readable.from(counted(body, this.exchange))
      pieces.on('error', (error) => this.close('body-failed', String(error)))
      pieces.pipe(stream)
    } else stream.end(body)
  }

  #begun(headers: IncomingHttpHeaders & { ':status'?: number | undefined }): void {
    this.exchange.firstByteAt = this.#transport.clock.now()
    const { ':status': status = 0, ...rest } = headers
    this.#status = status
    const lines = Object.entries(rest).flatMap(([name, value]) =>
      [value].flat().map((each) => `${name}: ${each}\r\n`),
    )
    this.#head = `HTTP/2 ${status}\r\n${lines.join('')}\r\n`
    this.#marks =
      ('set-cookie' in rest ? HAS_COOKIE : 0) |
      ('location' in rest ? HAS_LOCATION : 0) |
      ('content-encoding' in rest ? HAS_ENCODING : 0)
  }

  #arrived(data: Buffer): void {
    this.#bytes += data.length
    if (this.#kept.length < KEPT_BODY_BYTES)
      this.#kept += data.toString('latin1', 0, KEPT_BODY_BYTES - this.#kept.length)
  }

  #answered(): void {
    if (this.#status === 0 || !this.#leave()) return
    const { exchange } = this
    const took = exchange.endedAt - exchange.startedAt
    const response = new HttpResponse(this.#status, this.#head, this.#kept, this.#bytes, took)
    if (this.#marks !== 0) return exchange.asker.settle(exchange, response, this.#marks)
    exchange.resolve(response)
    this.#transport.observer.answered(exchange, response)
  }

  #failed(error: Error & { code?: string }): void {
    if (error.code === 'ERR_HTTP2_STREAM_ERROR') this.close('stream-reset', error.message)
    else {
      const { code, detail } = fromSystemError(error)
      this.close(code, detail)
    }
  }

  #leave(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.exchange.endedAt = this.#transport.clock.now()
    this.#transport.closed(this)
    this.#onOver()
    return true
  }
}

/** Those of HTTP/1.1 that frame a message or tell of its connection have no place in HTTP/2. Source: RFC 9113, 8.2.2. */
const LEFT_OUT = new Set([
  'host',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'proxy-connection',
])

function headersOf({ head, method, origin, target }: Exchange): OutgoingHttpHeaders {
  const lines = headerLines(head)
  const host = lines.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? origin.hostHeader
  const own = lines
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !LEFT_OUT.has(name))
  return {
    ':method': method,
    ':path': target,
    ':scheme': origin.isSecure ? 'https' : 'http',
    ':authority': host,
    ...Object.fromEntries(own),
  }
}

async function* counted(
  body: AsyncIterable<string | Uint8Array>,
  exchange: Exchange,
): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    exchange.requestBytes += bytes.length
    yield bytes
  }
}
