import type { DatabaseSync } from 'node:sqlite'
import { missingMigrations, readMigrations, type Migration } from './migration-files.ts'
import { inTransaction } from './transaction.ts'

const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings the schema up to this program, all steps or none.
 * @throws {Error} where a newer program has already taken it further.
 */
export function migrate(db: DatabaseSync): void {
  // In the transaction, so that of two programs starting at once the second finds the first's work done.
  inTransaction(db, () => {
    db.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT')
    missingMigrations(readMigrations(folder), schemaVersion(db)).forEach((step) => apply(db, step))
  })
}

function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('SELECT coalesce(max(version), 0) AS version FROM migrations').get()?.['version'])
}

function apply(db: DatabaseSync, { version, name, sql }: Migration): void {
  db.exec(sql)
  db.prepare('INSERT INTO migrations (version, name) VALUES (?, ?)').run(version, name)
}
