/**
 * Why a request got no whole answer. The codes are stable: reports group by them, scripts may compare them.
 * docs/reference.md lists them; the sentences here are what the user reads.
 */
export const TRANSPORT_ERRORS = {
  'connection-refused': 'nothing listens at the address',
  'connection-reset': 'the connection was reset before the answer was whole',
  'stale-connection':
    'the connection, kept open since an earlier answer, was closed as the request was written',
  'connection-closed': 'the connection was closed before the answer was whole',
  'dns-failed': 'the host name was not resolved',
  'host-unreachable': 'no route to the host',
  'ports-exhausted': 'no local port was free for a new connection',
  'files-exhausted': 'this process may open no more files',
  'tls-expired': 'the certificate has expired, or is not valid yet',
  'tls-self-signed': 'the certificate was signed by itself',
  'tls-wrong-host': 'the certificate is of another host',
  'tls-unknown-ca': 'the certificate was signed by an authority that is not trusted',
  'tls-bad-certificate': 'the certificate was not accepted',
  'tls-client-certificate': 'the service did not accept the client certificate, or the lack of one',
  'tls-handshake-failed': 'the TLS handshake failed',
  'timed-out': 'the answer was not whole in time',
  'bad-response': 'the answer was not HTTP/1.1',
  'headers-too-large': 'the answer had more than 64 KiB of headers',
  'unexpected-data': 'more bytes came than the answer announced',
  'too-many-redirects': 'the answer led to one more redirect than are followed',
  'bad-redirect': 'the answer led to where no request can follow',
  'too-many-cookies': 'the answer set more cookies than are kept',
  'bad-encoding': 'the compressed body could not be decoded',
  'body-too-large': 'the body, decoded, was larger than is held',
  'body-failed': 'the body of the request broke off',
  'http2-refused': 'the service does not speak HTTP/2',
  'stream-reset': 'the service reset the stream of this request',
  'websocket-refused': 'the service did not open a WebSocket',
  'websocket-closed': 'the WebSocket was closed',
  interrupted: 'the run ended before the answer was whole',
  'connection-failed': 'the connection failed',
} as const

/** Why there was no whole answer: `timed-out`, `connection-refused`, … */
export type TransportErrorCode = keyof typeof TRANSPORT_ERRORS

/**
 * A request that got no whole answer: `http.get` and its like reject with it. It is counted as one failure of
 * that request before your code sees it; left uncaught it ends the task and counts nothing more.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  /** Stable from version to version: `timed-out`, `connection-refused`, … */
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
  ERR_SOCKET_CLOSED: 'connection-closed',
  ENOTFOUND: 'dns-failed',
  EAI_AGAIN: 'dns-failed',
  EAI_FAIL: 'dns-failed',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  EADDRNOTAVAIL: 'ports-exhausted',
  EMFILE: 'files-exhausted',
  ENFILE: 'files-exhausted',
  ETIMEDOUT: 'timed-out',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-unknown-ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-unknown-ca',
  CERT_UNTRUSTED: 'tls-unknown-ca',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls-client-certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'tls-client-certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'tls-client-certificate',
}

/** `reason` is OpenSSL's. */
type SystemError = Error & { code?: unknown; reason?: unknown }

/**
 * What the operating system or OpenSSL said, in Proctor's words; its own message stands behind in brackets.
 * `isShakingHands`: while the handshake of TLS is under way, whatever ends the connection fails it.
 */
export function fromSystemError(error: Error, isShakingHands = false): TransportError {
  const system = firstCause(error) as SystemError
  const code = typeof system.code === 'string' ? system.code : ''
  const known = CODE_OF_SYSTEM_ERROR[code]
  if (known === undefined || known === 'connection-reset')
    if (isShakingHands || code.startsWith('ERR_SSL_'))
      return new TransportError(
        isUnverified(code) ? 'tls-bad-certificate' : 'tls-handshake-failed',
        saidBy(system),
      )
  return new TransportError(known ?? 'connection-failed', saidBy(system))
}

/** OpenSSL's messages begin with the thread they came from, and so differ; its reasons don't. */
function saidBy({ message, reason }: SystemError): string {
  return typeof reason === 'string' ? reason : message
}

/** Verification's own codes are OpenSSL's X509_V_ERR_…, without a prefix; only those that name no certificate stand out. */
function isUnverified(code: string): boolean {
  return /CERT|CRL|CHAIN|SIGNATURE|PURPOSE|CA$/.test(code) && !code.startsWith('ERR_')
}

/** A host name with several addresses fails with one error for each; the first speaks for all. */
function firstCause(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
}
