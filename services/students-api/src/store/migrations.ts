import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from './transaction.ts'

/** One step of the schema: `migrations/0001-students.sql` is version 1. */
interface Migration {
  version: number
  name: string
  sql: string
}

const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings the schema up to this program, all steps or none.
 * @throws {Error} where a newer program has already taken it further.
 */
export function migrate(db: DatabaseSync, migrations: readonly Migration[] = readMigrations()): void {
  // In the transaction, so that of two programs starting at once the second finds the first's work done.
  inTransaction(db, () => {
    db.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT')
    const current = schemaVersion(db)
    const known = migrations.at(-1)?.version ?? 0
    if (current > known) {
      throw new Error(
        `a newer students-api made it (schema ${current}; this one knows ${known}): run that one`,
      )
    }
    migrations.filter(({ version }) => version > current).forEach((step) => apply(db, step))
  })
}

function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('SELECT coalesce(max(version), 0) AS version FROM migrations').get()?.['version'])
}

function apply(db: DatabaseSync, { version, name, sql }: Migration): void {
  db.exec(sql)
  db.prepare('INSERT INTO migrations (version, name) VALUES (?, ?)').run(version, name)
}

function readMigrations(): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.toSorted().map((name) => ({
    version: Number.parseInt(name, 10),
    name,
    sql: readFileSync(new URL(name, folder), 'utf8'),
  }))
}
