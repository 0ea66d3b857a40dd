import type { Judging } from './judging.ts'

/**
 * What may be said of a request beside its method and path.
 *
 * ```ts
 * await http.post('/students', { json: { name: 'Ada' }, timeoutMs: 2_000 })
 * await http.get('/students', { query: { limit: 20, sort: 'name' }, name: '/students (a page)' })
 * await http.get('/students/17', { accept: [404] })
 * ```
 *
 * At most one of `json`, `body`, `form` and `multipart`. What can't be sent rejects with a `TypeError` that says what was
 * expected; nothing is counted then.
 */
export interface RequestOptions<Json = unknown> extends Judging {
  /** Sent as JSON, with `Content-Type: application/json`; of the type that the call says: `http.post<NewStudent>(…)`. */
  json?: Json
  /**
   * Sent as it is: text as UTF-8. What comes in pieces (a stream, an async generator) is sent as they come, in chunks. Say its
   * `content-type` in `headers`.
   */
  body?: string | Uint8Array | AsyncIterable<string | Uint8Array>
  /** Sent as a form's fields, with `Content-Type: application/x-www-form-urlencoded`. A list is a field for each. */
  form?: Fields
  /** Sent as `multipart/form-data`: fields and files. */
  multipart?: Record<string, string | number | boolean | FilePart>
  /** Put behind the path, percent-encoded. A list is a parameter for each; what is `undefined` is left out. */
  query?: Fields
  /** Added to the headers Proctor sends; a name that it sends itself is replaced. */
  headers?: Record<string, string>
  /** Sent as `Authorization`, `Basic` or `Bearer`; never to another origin that an answer redirects to. */
  auth?: Credentials
  /** What reports group the request by, in place of its path: `/students/{id}` rather than `/students/17`. */
  name?: string
  /** How many redirects are followed, each as a request of its own; 10 unless given, 0 follows none. */
  maxRedirects?: number
  /** Asks for a compressed answer: gzip, deflate, br or zstd. Bytes are counted as decoded. */
  compressed?: boolean
  /** How long it may take from the write to the last byte, in milliseconds; `--request-timeout` unless given. */
  timeoutMs?: number
  /** How long its connection may take to open, in milliseconds. */
  connectTimeoutMs?: number
  /** How long the first byte of the answer may take after the write, in milliseconds. */
  firstByteTimeoutMs?: number
}

/** A value of a query or a form; what is `undefined` is left out. */
export type FieldValue = string | number | boolean | undefined
/** Names and values of a query or a form; a list is one for each. */
export type Fields = Record<string, FieldValue | readonly FieldValue[]>

/** A file of a multipart body. */
export interface FilePart {
  /** What is in it: text as UTF-8, or bytes. */
  content: string | Uint8Array
  /** `file` unless given. */
  filename?: string
  /** `application/octet-stream` unless given. */
  contentType?: string
}

/** `Authorization: Basic` of a user and a password, or `Authorization: Bearer` of a token. */
export type Credentials = { user: string; password: string } | { token: string }
