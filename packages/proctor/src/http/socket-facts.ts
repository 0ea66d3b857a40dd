import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../clock/clock.ts'
import type { ConnectionFacts } from './connection-facts.ts'

/** What a socket that a library reads from tells while it opens. */
export class SocketFacts implements ConnectionFacts {
  readonly openingAt: number
  resolvedAt: number | undefined
  connectedAt: number | undefined
  openAt: number | undefined
  isResumed: boolean | undefined
  remoteAddress: string | undefined
  localPort: number | undefined
  readonly #isSecure: boolean

  /** Watches a socket that has just begun to connect. */
  constructor(socket: Socket, clock: Clock) {
    this.openingAt = clock.now()
    this.#isSecure = socket instanceof TLSSocket
    socket.on('lookup', () => (this.resolvedAt ??= clock.now()))
    socket.on('connect', () => this.#connected(socket, clock.now()))
    if (socket instanceof TLSSocket) {
      socket.on('secureConnect', () => {
        this.openAt = clock.now()
        this.isResumed = socket.isSessionReused()
      })
    }
  }

  get isShakingHands(): boolean {
    return this.#isSecure && this.connectedAt !== undefined && this.openAt === undefined
  }

  #connected(socket: Socket, now: number): void {
    this.connectedAt = now
    this.remoteAddress = socket.remoteAddress
    this.localPort = socket.localPort
    if (!this.#isSecure) this.openAt = now
  }
}
