import { existsSync, statSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { DatabaseUnusable } from './database.ts'
import { CannotBackUp, writeWhole, type Target } from './whole-file.ts'

// 4 MiB at SQLite's usual page size: milliseconds, after which a signal to stop is heeded.
const pagesInOneStep = 1024

/**
 * Copies the database in `from`: one state of it, also while others write.
 * @param signal Its reason is thrown once it is aborted.
 * @throws {CannotBackUp | DatabaseUnusable}
 */
export async function backUp(from: string, target: Target, signal: AbortSignal): Promise<void> {
  if (!existsSync(from)) throw new DatabaseUnusable(`no database is at ${from}: pass --db FILE`)
  refuseItself(from, target.path)
  await writeWhole(target, (partial) => copy(from, partial, signal))
}

function refuseItself(from: string, to: string): void {
  const target = statSync(to, { throwIfNoEntry: false })
  const source = statSync(from)
  if (target && target.ino === source.ino && target.dev === source.dev) {
    throw new CannotBackUp(`${to} is the database itself: name another file`)
  }
}

async function copy(from: string, to: string, signal: AbortSignal): Promise<void> {
  using db = new DatabaseSync(from, { readOnly: true, timeout: 5000 })
  // A read transaction around all steps holds one state; else each write of another would begin the copy anew.
  db.exec('BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1')
  await backup(db, to, { rate: pagesInOneStep, progress: () => signal.throwIfAborted() })
}
