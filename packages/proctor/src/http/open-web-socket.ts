import type { IncomingMessage } from 'node:http'
import { Expectation, type Observing } from './expectation.ts'
import { openSocket } from './open-socket.ts'
import type { Credentials, Fields } from './request-options.ts'
import { SocketFacts } from './socket-facts.ts'
import { fromSystemError, TransportError } from './transport-error.ts'
import { WebSocketSession } from './web-socket.ts'

/** What may be said of a WebSocket that is to be opened. */
export interface WebSocketOptions {
  /** Subprotocols to choose from. */
  protocols?: string | string[]
  /** Put behind the path, percent-encoded. */
  query?: Fields
  /** Sent with the handshake. */
  headers?: Record<string, string>
  /** Sent as `Authorization` with the handshake, `Basic` or `Bearer`. */
  auth?: Credentials
  /** What reports group its handshake by; the path unless given. */
  name?: string
  /** How long the handshake may take, in milliseconds; `--request-timeout` unless given. */
  timeoutMs?: number
}

/** A handshake that is to be made. @internal */
export interface Handshake extends Observing {
  /** With the path of the base URL and the query. */
  readonly path: string
  readonly name: string
  readonly headers: Record<string, string>
  readonly options: WebSocketOptions
  readonly refusal: () => Error | undefined
  readonly onCookie: (header: string) => void
}

/** The longest message that is taken; a longer one closes the WebSocket with 1009. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024

/** Resolves when it is open; rejects with a `TransportError`. The handshake is a request, of status 101. @internal */
export async function openWebSocket(handshake: Handshake): Promise<WebSocketSession> {
  // Few scenarios need it, and every worker would load it.
  const { WebSocket } = await import('ws')
  const { transport, origin, path, name, headers, options } = handshake
  return new Promise((resolve, reject) => {
    const socket = openSocket(origin, transport)
    const facts = new SocketFacts(socket, transport.clock)
    const wire = new WebSocket(origin.origin.replace(/^http/, 'ws') + path, options.protocols ?? [], {
      headers,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      createConnection: () => socket,
    })
    const asked = { name, path, body: undefined, options }
    const opening = new Expectation<WebSocketSession>(handshake, asked, {
      resolve,
      reject(error) {
        wire.terminate()
        reject(error)
      },
    })
    opening.exchange.connection = facts
    opening.exchange.use = 1
    opening.begin()
    wire.on('upgrade', ({ headers: { 'set-cookie': cookies = [] } }: IncomingMessage) => {
      for (const cookie of cookies) handshake.onCookie(cookie)
    })
    wire.on('open', () => {
      opening.exchange.startedAt = facts.openAt ?? opening.exchange.startedAt
      opening.met(0, new WebSocketSession({ ...handshake, wire, facts }))
    })
    wire.on('unexpected-response', (_request, { statusCode }: IncomingMessage) =>
      opening.fail(new TransportError('websocket-refused', `status ${statusCode}`)),
    )
    wire.on('error', (error) => opening.fail(fromSystemError(error, facts.isShakingHands)))
  })
}
