import { connect, type OnReadOpts, type Socket } from 'node:net'
import type { Origin } from './origin.ts'
import type { Transport } from './transport.ts'

export interface SocketWish {
  /** Reads go into this buffer. */
  readonly onread?: OnReadOpts
  /** Protocols to agree on by TLS; HTTP/1.1 unless given. */
  readonly alpn?: readonly string[]
}

/** Starts to connect: a `TLSSocket` where the origin is to be secured. */
export function openSocket(origin: Origin, transport: Transport, wish: SocketWish = {}): Socket {
  const options = transport.socketOptions
  if (origin.isSecure) return transport.tls.connect(origin, { ...wish, ...options })
  const { onread } = wish
  return connect({
    host: origin.host,
    port: origin.port,
    noDelay: true,
    ...options,
    ...(onread && { onread }),
  })
}
