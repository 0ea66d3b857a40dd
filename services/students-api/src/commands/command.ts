import type { Machine } from '../machine.ts'

/** What a command has of the outside world. */
export type Terminal = Omit<Machine, 'argv'>

/**
 * Does one thing and ends; each may fail with the errors that `runService` foresees.
 * @param argv What follows the command's name.
 */
export type Command = (argv: readonly string[], terminal: Terminal) => Promise<void>
