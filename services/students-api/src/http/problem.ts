/**
 * Every kind of problem this service answers with. The key is stable: it is the last part of the RFC 9457
 * `type` (`/problems/{kind}`) and the `problem` of the log line. `detail` stands in where a problem has none
 * of its own, and names the next step.
 */
export const problemKinds = {
  'bad-request': { status: 400, title: 'Bad request', detail: 'The request is not valid HTTP.' },
  'malformed-json': { status: 400, title: 'Malformed JSON', detail: 'The body is not valid JSON.' },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'Send a valid API key as Authorization: Bearer.',
  },
  forbidden: { status: 403, title: 'Forbidden', detail: 'The API key may not do this.' },
  'not-found': { status: 404, title: 'Not found', detail: 'Nothing is at this address.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    detail: 'The Allow header lists the methods this address answers.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    detail: 'None of the media types accepted is there at this address.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    detail: 'The request did not arrive in time. Send it again on a new connection.',
  },
  'email-taken': {
    status: 409,
    title: 'E-mail already in use',
    detail: 'Another student has this e-mail address. Send a different one.',
  },
  gone: {
    status: 410,
    title: 'Gone',
    detail: 'The student that this Idempotency-Key made has been deleted. To add one again, use a new key.',
  },
  erased: {
    status: 410,
    title: 'Erased',
    detail: 'The student was erased, for good. Of this id only the history is left, without values.',
  },
  'precondition-failed': {
    status: 412,
    title: 'Precondition failed',
    detail: 'The student has changed since. Read it again, and send its ETag in If-Match.',
  },
  'body-too-large': { status: 413, title: 'Body too large', detail: 'The body may have at most 64 KiB.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as Content-Type: application/json, without Content-Encoding.',
  },
  'expectation-failed': {
    status: 417,
    title: 'Expectation failed',
    detail: 'The only expectation met is 100-continue.',
  },
  invalid: {
    status: 422,
    title: 'Invalid request',
    detail: 'Correct what "errors" lists and send it again.',
  },
  'key-reused': {
    status: 422,
    title: 'Idempotency-Key reused',
    detail: 'This Idempotency-Key came before with another body. Use a new key for each new request.',
  },
  'precondition-required': {
    status: 428,
    title: 'Precondition required',
    detail: 'Send the ETag of the student as you read it in If-Match.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    detail: 'The request line and headers may have at most 16 KiB.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'The service failed. Try again; if it fails again, report the requestId.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    detail:
      'The service cannot take this on now, and has done nothing of it. Send it again after Retry-After.',
  },
  'not-ready': { status: 503, title: 'Not ready', detail: 'The database does not answer. Try again later.' },
} as const satisfies Record<string, { status: number; title: string; detail: string }>

export type ProblemKind = keyof typeof problemKinds

/**
 * One thing wrong with the request: where, as a JSON pointer into the body in a URI fragment (`#/gpa`) or as a
 * parameter of the query, and what.
 */
export type FieldError = { pointer: string; detail: string } | { parameter: string; detail: string }

export interface ProblemOptions {
  detail?: string
  errors?: readonly FieldError[]
  /** Response headers that belong to the answer, such as `Allow`. */
  headers?: Readonly<Record<string, string>>
  /** What went wrong underneath. Goes to the log, never to the client. */
  cause?: unknown
}

/** A failure the client is told about. Throw it anywhere below a route. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly kind: ProblemKind
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(kind: ProblemKind, { detail, errors, headers = {}, cause }: ProblemOptions = {}) {
    super(detail ?? problemKinds[kind].detail, { cause })
    this.kind = kind
    this.errors = errors
    this.headers = headers
  }

  get status(): number {
    return problemKinds[this.kind].status
  }
}

/** Which request a problem document speaks of. */
export interface Occurrence {
  /** The path of the request without its query; absent where the request was never understood. */
  instance?: string
  requestId: string
  traceId: string
}

export const problemMediaType = 'application/problem+json'

/** The one place where a problem becomes an RFC 9457 document. */
export function problemDocument(problem: Problem, { instance, requestId, traceId }: Occurrence): Buffer {
  const { status, title } = problemKinds[problem.kind]
  const { message: detail, errors } = problem
  const type = `/problems/${problem.kind}`
  return Buffer.from(JSON.stringify({ type, title, status, detail, instance, errors, requestId, traceId }))
}
