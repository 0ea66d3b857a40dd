import type { DestinationStream } from 'pino'

/** The outside world. Made in `main.ts` only. */
export interface Machine {
  /** Without the program's own name. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdout: DestinationStream
  stderr: DestinationStream
  /** Calls back at each request to stop (SIGTERM, SIGINT). Returns its undoing. */
  onStop(listener: () => void): () => void
}
