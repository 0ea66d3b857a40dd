const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A message that came.
 *
 * ```ts
 * const { id } = message.json<{ id: number }>()
 * ```
 */
export class WebSocketMessage {
  /** What it holds; of a text, its UTF-8. */
  readonly bytes: Uint8Array
  /** Whether it was sent as bytes, not as text. */
  readonly isBinary: boolean
  /** From when what it answers was sent, or waited for; 0 where it had come before. */
  readonly durationMs: number

  constructor(bytes: Uint8Array, isBinary: boolean, durationMs: number) {
    this.bytes = bytes
    this.isBinary = isBinary
    this.durationMs = durationMs
  }

  /** Its bytes as UTF-8 text. */
  text(): string {
    return utf8.decode(this.bytes)
  }

  /** Its text as JSON, in the type you say it has (it is not checked). Throws a `SyntaxError` when it is none. */
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T
  }
}
