import { connect, type OnReadOpts, type Socket } from 'node:net'
import type { Origin } from './origin.ts'
import type { Transport } from './transport.ts'

/** Starts to connect: a `TLSSocket` where the origin is to be secured. `onread` reads into a buffer of its own. */
export function openSocket(origin: Origin, transport: Transport, onread?: OnReadOpts): Socket {
  if (origin.isSecure) return transport.tls.connect(origin, onread)
  return connect({ host: origin.host, port: origin.port, noDelay: true, ...(onread && { onread }) })
}
