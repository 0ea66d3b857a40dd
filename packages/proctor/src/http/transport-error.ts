/**
 * Why a request got no whole answer. The codes are stable: reports group by them, scripts may compare them.
 * docs/reference.md lists them; the sentences here are what the user reads.
 */
export const TRANSPORT_ERRORS = {
  'connection-refused': 'nothing listens at the address',
  'connection-reset': 'the connection was reset before the answer was whole',
  'connection-closed': 'the connection was closed before the answer was whole',
  'dns-failed': 'the host name was not resolved',
  'host-unreachable': 'no route to the host',
  'ports-exhausted': 'no local port was free for a new connection',
  'files-exhausted': 'this process may open no more files',
  'timed-out': 'the answer was not whole in time',
  'bad-response': 'the answer was not HTTP/1.1',
  'headers-too-large': 'the answer had more than 64 KiB of headers',
  'unexpected-data': 'more bytes came than the answer announced',
  interrupted: 'the run ended before the answer was whole',
  'connection-failed': 'the connection failed',
} as const

export type TransportErrorCode = keyof typeof TRANSPORT_ERRORS

/**
 * A request that got no whole answer: `http.get` and its like reject with it. It is counted as one failure of
 * that request before your code sees it; left uncaught it ends the task and counts nothing more.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode
  /** What was seen, where there is more to say than the code does. */
  readonly detail: string | undefined

  constructor(code: TransportErrorCode, detail?: string) {
    super(`${TRANSPORT_ERRORS[code]}${detail === undefined ? '' : ` (${detail})`}`)
    this.code = code
    this.detail = detail
  }
}

/** What came is no answer of HTTP/1.1; `detail` says what of it. */
export function badResponse(detail: string): TransportError {
  return new TransportError('bad-response', detail)
}

const CODE_OF_SYSTEM_ERROR: Record<string, TransportErrorCode> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EPIPE: 'connection-reset',
  ENOTFOUND: 'dns-failed',
  EAI_AGAIN: 'dns-failed',
  EAI_FAIL: 'dns-failed',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  EADDRNOTAVAIL: 'ports-exhausted',
  EMFILE: 'files-exhausted',
  ENFILE: 'files-exhausted',
  ETIMEDOUT: 'timed-out',
}

/** What the operating system said, in Proctor's words; its own message stands behind in brackets. */
export function fromSystemError(error: Error): TransportError {
  const system = firstCause(error)
  const code = 'code' in system ? String(system.code) : ''
  return new TransportError(CODE_OF_SYSTEM_ERROR[code] ?? 'connection-failed', system.message)
}

/** A host name with several addresses fails with one error for each; the first speaks for all. */
function firstCause(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
}
