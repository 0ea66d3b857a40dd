/**
 * What is known of the connection that an exchange went over. Times are readings of the worker's clock, in
 * milliseconds; those that have not come, or never will, are `undefined`.
 */
export interface ConnectionFacts {
  /** When it began to open. */
  readonly openingAt: number
  /** When its host name was resolved; never, where the host is an address. */
  readonly resolvedAt: number | undefined
  readonly connectedAt: number | undefined
  /** When it could bear a request: with TLS behind the handshake, else the same as `connectedAt`. */
  readonly openAt: number | undefined
  /** Whether TLS took up an earlier session; `undefined` without TLS, or until its handshake is over. */
  readonly isResumed: boolean | undefined
  readonly remoteAddress: string | undefined
  readonly localPort: number | undefined
}
