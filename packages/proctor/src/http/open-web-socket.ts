import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ConnectionFacts } from './connection-facts.ts'
import { Expectation, type Observing } from './expectation.ts'
import { openSocket } from './open-socket.ts'
import type { Credentials, Fields } from './request-options.ts'
import { fromSystemError, TransportError } from './transport-error.ts'
import { WebSocketSession } from './web-socket.ts'

/** What may be said of a WebSocket that is to be opened. */
export interface WebSocketOptions {
  /** Subprotocols to choose from. */
  protocols?: string | string[]
  query?: Fields
  headers?: Record<string, string>
  auth?: Credentials
  /** What reports group its handshake by; the path unless given. */
  name?: string
  /** How long the handshake may take, in milliseconds; `--request-timeout` unless given. */
  timeoutMs?: number
}

/** A handshake that is to be made. */
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

/** Resolves when it is open; rejects with a `TransportError`. The handshake is a request, of status 101. */
export async function openWebSocket(handshake: Handshake): Promise<WebSocketSession> {
  // Few scenarios need it, and every worker would load it.
  const { WebSocket } = await import('ws')
  const { transport, origin, path, name, headers, options } = handshake
  return new Promise((resolve, reject) => {
    const facts = new SocketFacts(transport.clock.now())
    const wire = new WebSocket(origin.origin.replace(/^http/, 'ws') + path, options.protocols ?? [], {
      headers,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      createConnection: () => watched(openSocket(origin, transport), facts, transport.clock),
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

/** What a socket tells while it opens. */
class SocketFacts implements ConnectionFacts {
  readonly openingAt: number
  resolvedAt: number | undefined
  connectedAt: number | undefined
  openAt: number | undefined
  isResumed: boolean | undefined
  remoteAddress: string | undefined
  localPort: number | undefined
  isSecure = false

  constructor(openingAt: number) {
    this.openingAt = openingAt
  }

  get isShakingHands(): boolean {
    return this.isSecure && this.connectedAt !== undefined && this.openAt === undefined
  }
}

function watched(socket: Socket, facts: SocketFacts, clock: { now(): number }): Socket {
  facts.isSecure = isTls(socket)
  socket.on('lookup', () => (facts.resolvedAt ??= clock.now()))
  socket.on('connect', () => {
    facts.connectedAt = clock.now()
    facts.remoteAddress = socket.remoteAddress
    facts.localPort = socket.localPort
    if (!facts.isSecure) facts.openAt = facts.connectedAt
  })
  if (isTls(socket)) {
    socket.on('secureConnect', () => {
      facts.openAt = clock.now()
      facts.isResumed = socket.isSessionReused()
    })
  }
  return socket
}

function isTls(socket: Socket): socket is TLSSocket {
  return socket instanceof TLSSocket
}
