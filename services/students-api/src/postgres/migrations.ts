import { missingMigrations, readMigrations } from '../store/migration-files.ts'
import { longTimeoutMs, type Connection, type ConnectionPool } from './connection-pool.ts'
import { PostgresFailure } from './postgres-failure.ts'

const folder = new URL('./migrations/', import.meta.url)

const bookkeeping = [
  'CREATE TABLE IF NOT EXISTS migrations (version bigint PRIMARY KEY, name text NOT NULL)',
  'CREATE TABLE IF NOT EXISTS migration_lock (id bigint PRIMARY KEY)',
  'INSERT INTO migration_lock (id) VALUES (1) ON CONFLICT DO NOTHING',
]

// unique_violation, duplicate_object, duplicate_table: even with IF NOT EXISTS, of two who make a table at once one fails.
const madeByAnother = new Set(['23505', '42710', '42P07'])

/**
 * Brings the schema up to this program, all steps or none. A locked row makes programs that start at once take turns,
 * so that the second finds the first's work done.
 * @throws {Error} where a newer program has already taken it further.
 */
export async function migrate(pool: ConnectionPool): Promise<void> {
  for (const sql of bookkeeping) await makeUnlessThere(pool, sql)
  await pool.inTransaction(async (connection) => {
    await connection.query('SELECT id FROM migration_lock WHERE id = 1 FOR UPDATE')
    const missing = missingMigrations(readMigrations(folder), await schemaVersion(connection))
    for (const { version, name, sql } of missing) {
      await connection.query(sql, [], longTimeoutMs)
      await connection.query('INSERT INTO migrations (version, name) VALUES ($1, $2)', [version, name])
    }
  })
}

async function makeUnlessThere(pool: ConnectionPool, sql: string): Promise<void> {
  try {
    await pool.query(sql)
  } catch (error) {
    if (!(error instanceof PostgresFailure && madeByAnother.has(error.sqlState ?? ''))) throw error
  }
}

async function schemaVersion(connection: Connection): Promise<number> {
  const [row] = await connection.query('SELECT coalesce(max(version), 0) AS version FROM migrations')
  return Number(row?.['version'])
}
