/** Each code and its status stay what they are from version to version. */
const STATUS = {
  'bad-json': 400,
  'no-session': 401,
  'wrong-token': 401,
  'wrong-origin': 403,
  'wrong-host': 403,
  'host-not-allowed': 403,
  'not-found': 404,
  'wrong-method': 405,
  'run-under-way': 409,
  'no-run': 409,
  'too-large': 413,
  'bad-type': 415,
  'bad-field': 422,
  'refresh-failed': 502,
  'too-many-readers': 503,
  /** Kept runs can't be read or written; the message begins with why. */
  history: 503,
} as const

export type PageErrorCode = keyof typeof STATUS

/** What the page's server refuses, and with which status. */
export class PageError extends Error {
  override readonly name = 'PageError'
  readonly code: PageErrorCode
  readonly status: number

  constructor(code: PageErrorCode, message: string) {
    super(message)
    this.code = code
    this.status = STATUS[code]
  }
}
