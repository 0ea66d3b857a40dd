/**
 * A message that came.
 *
 * ```ts
 * const { id } = message.json<{ id: number }>()
 * ```
 */
export class WebSocketMessage {
  readonly bytes: Buffer
  readonly isBinary: boolean
  /** From when what it answers was sent, or waited for; 0 where it had come before. */
  readonly durationMs: number

  constructor(bytes: Buffer, isBinary: boolean, durationMs: number) {
    this.bytes = bytes
    this.isBinary = isBinary
    this.durationMs = durationMs
  }

  text(): string {
    return this.bytes.toString()
  }

  /** Throws a `SyntaxError` when it is not JSON. */
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T
  }
}
