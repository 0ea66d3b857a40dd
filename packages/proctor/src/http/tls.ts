import { isIP, type LookupFunction, type OnReadOpts } from 'node:net'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import type { Origin } from './origin.ts'

/** How the connections of a run are secured. Certificates and keys are PEM. */
export interface TlsSettings {
  /** The only authorities that are trusted; `null` trusts those that Node does. */
  readonly ca: string | null
  /** What is shown to a server that asks for a client certificate, and its key. */
  readonly cert: string | null
  readonly key: string | null
  /** Whether any certificate will do. */
  readonly insecure: boolean
  /** Sent as SNI, and what the certificate must be of, in place of the URL's host. */
  readonly servername: string | null
  /** Whether a connection takes up the session of one before it to the same origin, whosever it was. */
  readonly resume: boolean
}

export const USUAL_TLS: TlsSettings = {
  ca: null,
  cert: null,
  key: null,
  insecure: false,
  servername: null,
  resume: true,
}

/** Throws where a certificate or key can't be read, or the two don't belong together. */
export function secureContextOf({ ca, cert, key }: TlsSettings): SecureContext {
  return createSecureContext({
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
  })
}

/** How one socket is to be opened. */
interface TlsWish {
  readonly onread?: OnReadOpts
  readonly alpn?: readonly string[]
  readonly lookup?: LookupFunction
  readonly localAddress?: string
}

/** Opens the secure connections of one worker: one context for all, since each would read all authorities anew. */
export class Tls {
  readonly #settings: TlsSettings
  #context: SecureContext | undefined
  /** The newest session of each origin. */
  readonly #sessions = new Map<string, Buffer>()

  constructor(settings: TlsSettings) {
    this.#settings = settings
  }

  /** Starts to connect; the socket emits `connect`, and `secureConnect` when requests may be sent. */
  connect(origin: Origin, { alpn = HTTP_1, ...own }: TlsWish): TLSSocket {
    const { insecure, servername, resume } = this.#settings
    const session = this.#sessions.get(origin.origin)
    const options = {
      host: origin.host,
      port: origin.port,
      noDelay: true,
      ...own,
      secureContext: (this.#context ??= secureContextOf(this.#settings)),
      servername: servername ?? (isIP(origin.host) === 0 ? origin.host : ''),
      rejectUnauthorized: !insecure,
      ALPNProtocols: [...alpn],
      ...(session !== undefined && { session }),
    }
    const socket = connect(options)
    if (resume) socket.on('session', (newest: Buffer) => this.#sessions.set(origin.origin, newest))
    return socket
  }
}

const HTTP_1 = ['http/1.1']
