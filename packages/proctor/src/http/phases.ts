import { isIP } from 'node:net'
import type { ConnectionFacts } from './connection-facts.ts'
import type { Exchange } from './exchange.ts'

/**
 * How the time of one exchange was spent, in milliseconds. A phase that it had no part in is `undefined`: those of the
 * connection where that was open before, and all that would have followed where it failed. The sum is the time from
 * when it was due (in an open load), or asked for, to its end.
 */
export interface Phases {
  /** From when it was due to when a connection was taken, or began to open: 0 in a closed load. */
  readonly blockedMs: number
  /** Resolving the host's name. */
  readonly dnsMs: number | undefined
  /** TCP: a round trip. */
  readonly connectMs: number | undefined
  /** The TLS handshake. */
  readonly tlsMs: number | undefined
  /** Until the kernel had taken the whole request: 0 where it took it at once. */
  readonly sendingMs: number | undefined
  /** From there to the first byte of the answer. */
  readonly waitingMs: number | undefined
  /** From the first byte of the answer to the last: 0 where it came in one read. */
  readonly receivingMs: number | undefined
}

/**
 * The phases of an exchange that has ended.
 *
 * ```ts
 * const { connectMs, waitingMs } = phasesOf(exchange)
 * ```
 */
export function phasesOf(exchange: Exchange): Phases {
  const opening = openingOf(exchange)
  const takenAt = opening?.openingAt ?? exchange.startedAt
  const blockedMs = Number.isNaN(exchange.dueAt) ? 0 : takenAt - exchange.dueAt
  return { blockedMs, ...openingPhases(exchange, opening), ...messagePhases(exchange, opening) }
}

/** Whether more is to be told of it than that all its time was spent waiting: cheaper to ask than `phasesOf`. */
export function hasPhases({ use, sentAt, firstByteAt }: Exchange): boolean {
  return use === 1 || sentAt !== undefined || firstByteAt !== undefined
}

/** The connection, where it opened for this exchange. */
function openingOf({ use, connection }: Exchange): ConnectionFacts | undefined {
  return use === 1 ? connection : undefined
}

function openingPhases({ origin, endedAt }: Exchange, opening: ConnectionFacts | undefined) {
  const { openingAt, resolvedAt, connectedAt, openAt } = opening ?? NO_OPENING
  const span = (from: number | undefined, to = endedAt): number | undefined =>
    from === undefined ? undefined : to - from
  const isNamed = isIP(origin.host) === 0
  return {
    dnsMs: isNamed ? span(openingAt, resolvedAt) : undefined,
    connectMs: span(isNamed ? resolvedAt : openingAt, connectedAt),
    tlsMs: connectedAt === openAt ? undefined : span(connectedAt, openAt),
  }
}

const NO_OPENING: Partial<ConnectionFacts> = {}
const NO_MESSAGE = { sendingMs: undefined, waitingMs: undefined, receivingMs: undefined }

function messagePhases(exchange: Exchange, opening: ConnectionFacts | undefined) {
  if (opening !== undefined && opening.openAt === undefined) return NO_MESSAGE
  const { startedAt, endedAt, firstByteAt = endedAt, sentAt = startedAt } = exchange
  const waitsFrom = Math.min(sentAt, firstByteAt)
  return {
    sendingMs: waitsFrom - startedAt,
    waitingMs: firstByteAt - waitsFrom,
    receivingMs: endedAt - firstByteAt,
  }
}
