/** The headers a client may send, as the document describes them. */
export const requestHeaders = {
  'If-Match': 'ETags of the student as it was read, or *. Strong comparison.',
  'If-None-Match': 'ETags already known: 304 where nothing has changed.',
  'Idempotency-Key':
    '1 to 255 visible ASCII characters, such as a UUID. Sent again within 24 hours, it gets the first answer.',
  Prefer: 'return=minimal: the answer comes without its body.',
} as const

export type RequestHeader = keyof typeof requestHeaders

/** The headers of answers. */
export const responseHeaders = {
  ETag: 'Of a student its version; of a list the state of all students.',
  Location: 'The address of the student.',
  Link: 'Where the next page is (RFC 8288), as rel="next"; absent on the last.',
  'Cache-Control': 'no-cache: a cache may keep the answer, but asks each time; no-store: it may not.',
  'Content-Disposition': 'attachment, with the name of a file to keep the answer in.',
  'Content-Security-Policy': 'What the page may load.',
  'Idempotent-Replayed': 'true where this is the answer of an earlier request with the same Idempotency-Key.',
  'Preference-Applied': 'return=minimal where that was heeded.',
  'Retry-After': 'Seconds until it is worth sending the request again.',
  'Server-Timing': 'Milliseconds: total, and for a write queue and db where they are known.',
  Vary: 'The request headers that the answer depends on.',
  'WWW-Authenticate': 'Bearer, with the error and the scope that is lacking.',
  'X-Request-Id': 'A well-formed X-Request-Id of the request, else a new one; the log has it, too.',
} as const

export type ResponseHeader = keyof typeof responseHeaders
