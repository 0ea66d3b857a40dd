import type { DestinationStream } from 'pino'

/** What a command has of the outside world. */
export interface Terminal {
  stdout: DestinationStream
  stderr: DestinationStream
}

/**
 * Does one thing and ends; each may fail with the errors that `runService` foresees.
 * @param argv What follows the command's name.
 */
export type Command = (argv: readonly string[], terminal: Terminal) => Promise<void>
