import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from './migrations.ts'

/** The database cannot be used; the message is one line for the person who started the service. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable'
}

// Below it, a WAL file with several connections can be corrupted: https://sqlite.org/wal.html#walresetbug
const oldestSafeSqlite = '3.51.3'
const busyTimeoutMs = 5000

/**
 * Opens or creates the database file, its folder too, and brings its schema up to date.
 * What is deleted is overwritten with zeros. A commit returns once it is on the disk: WAL with `synchronous=FULL` syncs the log at each.
 * @throws {DatabaseUnusable}
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true })
    return configured(new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true }))
  } catch (error) {
    throw new DatabaseUnusable(`cannot use the database ${path}: ${reason(error, path)}`, { cause: error })
  }
}

function configured(db: DatabaseSync): DatabaseSync {
  try {
    requireSafeSqlite(String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']))
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON',
    )
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** @throws {Error} for a SQLite older than 3.51.3. */
export function requireSafeSqlite(version: string): void {
  if (version.localeCompare(oldestSafeSqlite, 'en', { numeric: true }) < 0) {
    throw new Error(`SQLite ${version} can corrupt it; ${oldestSafeSqlite} or newer is needed: update Node`)
  }
}

function reason(error: unknown, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return 'it is a folder; pass --db FILE'
  if (!(error instanceof Error)) return String(error)
  if ('errcode' in error) return sqliteReason[Number(error.errcode) & 0xff] ?? error.message
  return 'code' in error ? `its folder cannot be made (${String(error.code)}); pass --db FILE` : error.message
}

/** By primary result code, https://sqlite.org/rescode.html. */
const sqliteReason: Readonly<Record<number, string>> = {
  5: 'another process holds it locked; stop that one, or pass --db FILE',
  8: 'it may not be written to; change its permissions, or pass --db FILE',
  14: 'it cannot be opened; check its permissions, or pass --db FILE',
  26: 'it is not a SQLite database; pass --db FILE',
}
