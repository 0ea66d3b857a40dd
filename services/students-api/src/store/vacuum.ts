import { existsSync, statSync } from 'node:fs'
import { isBusy } from './busy.ts'
import { DatabaseUnusable, openDatabase } from './database.ts'
import { emptiesLog } from './write-ahead-log.ts'

/**
 * Rebuilds the file with nothing in it but what is there to be read, and empties the log of changes.
 * @returns The file's bytes before and after.
 * @throws {DatabaseUnusable}
 */
export function vacuum(path: string): { before: number; after: number } {
  if (!existsSync(path)) throw new DatabaseUnusable(`no database is at ${path}: pass --db FILE`)
  const before = statSync(path).size
  try {
    using db = openDatabase(path)
    db.exec('VACUUM')
    if (!emptiesLog(db)) {
      throw new DatabaseUnusable(`${path} is being read, and so its log keeps what was: try again`)
    }
  } catch (error) {
    throw unusable(path, error)
  }
  return { before, after: statSync(path).size }
}

/** Opening waits for a writer, too. */
function unusable(path: string, error: unknown): DatabaseUnusable {
  const isOurs = error instanceof DatabaseUnusable
  const cause = isOurs ? error.cause : error
  if (isBusy(cause)) return new DatabaseUnusable(`${path} is being written to: try again`, { cause })
  return isOurs ? error : new DatabaseUnusable(`cannot rebuild ${path}: ${message(error)}`, { cause })
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
