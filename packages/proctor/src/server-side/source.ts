import type { Entry } from './entry.ts'

/** Where a service's words come from. */
export interface Source {
  /** As people know it: the file, the command, the port. */
  readonly name: string
  readonly lines: number
  readonly bytes: number
  /** What went wrong until now, in words. */
  readonly notes: readonly string[]
  /** From now on. Throws a `ServerSideError` where that cannot be. */
  start(listener: SourceListener): Promise<void>
  /** Looks whether something new is there, at once. */
  look(): Promise<void>
  stop(): Promise<void>
}

export interface SourceListener {
  entry(entry: Entry, source: Source): void
  /** Something that the user should know, and know now. */
  trouble(words: string, source: Source): void
}

/** What the service says cannot be read: what was expected, and what came. */
export class ServerSideError extends Error {
  override readonly name = 'ServerSideError'
}
