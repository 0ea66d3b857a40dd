/** The most bytes of a body that are kept; all are counted. */
export const KEPT_BODY_BYTES = 8 * 1024 * 1024

const utf8 = new TextDecoder()

/**
 * The answer to one request. Its body has arrived: `text` and `json` answer at once.
 *
 * ```ts
 * const response = await http.get('/students')
 * const students = response.json<Student[]>()
 * response.headers.get('etag')
 * ```
 */
export class HttpResponse {
  /** 100 to 999, of the last hop where redirects were followed. */
  readonly status: number
  /** Length of the whole body in bytes, also of what was not kept. */
  readonly bodyBytes: number
  /** From the write of the request to the last byte of the body, in milliseconds; of the last hop alone. */
  readonly durationMs: number
  /** Status line and header lines as they came. */
  readonly head: string
  /** The bytes that were kept, a character each. */
  readonly #kept: string

  constructor(status: number, head: string, kept: string, bodyBytes: number, durationMs: number) {
    this.status = status
    this.head = head
    this.#kept = kept
    this.bodyBytes = bodyBytes
    this.durationMs = durationMs
  }

  /** Whether the status says success (200–299). */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /** Length of the body in bytes as it came: of a compressed one shorter than `bodyBytes`. */
  get wireBytes(): number {
    return this.bodyBytes
  }

  /** By name, whatever the case: `headers.get('etag')`. */
  get headers(): Headers {
    return new Headers(headerLines(this.head))
  }

  /** The body's bytes, at most the first 8 MiB. */
  get body(): Uint8Array {
    return Buffer.from(this.#kept, 'latin1')
  }

  /** The first so many bytes of the body as UTF-8 text. */
  beginning(bytes: number): string {
    return Buffer.from(this.#kept.slice(0, bytes), 'latin1').toString()
  }

  /** The body as UTF-8 text. Throws a `RangeError` when it is longer than what is kept. */
  text(): string {
    if (this.bodyBytes > this.#kept.length) {
      throw new RangeError(
        `the body has ${this.bodyBytes} bytes; only the first ${this.#kept.length} are kept`,
      )
    }
    return utf8.decode(this.body)
  }

  /**
   * The body as JSON, in the type you say it has (it is not checked). Throws a `SyntaxError` that names the
   * status and shows the body's beginning when it is not JSON.
   */
  json<T = unknown>(): T {
    const text = this.text()
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      throw new SyntaxError(`expected JSON in an answer with status ${this.status}, got ${excerpt(text)}`, {
        cause,
      })
    }
  }
}

/** Name and value of each header line of a head, the first line (status or request) left out. */
export function headerLines(head: string): [string, string][] {
  return head
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line.includes(':'))
    .map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
}

/** The values of all header lines of this name, which is in lower case. */
export function headerValues(head: string, name: string): string[] {
  return headerLines(head)
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value)
}

function excerpt(text: string): string {
  return text === '' ? 'an empty body' : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
