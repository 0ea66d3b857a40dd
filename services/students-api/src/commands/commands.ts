import { backup } from './backup.ts'
import type { Command } from './command.ts'
import { keys } from './keys.ts'
import { seed } from './seed.ts'
import { vacuum } from './vacuum.ts'

/** By the word that comes first on the command line; without one, the service runs. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ['seed', seed],
  ['backup', backup],
  ['vacuum', vacuum],
  ['keys', keys],
])
