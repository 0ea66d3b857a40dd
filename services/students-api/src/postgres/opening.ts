import { Client } from 'pg'
import { DatabaseUnusable } from '../store/database.ts'
import type { ConnectionPool, PostgresAddress } from './connection-pool.ts'
import { migrate } from './migrations.ts'
import { PostgresFailure } from './postgres-failure.ts'
import { foldWriters } from './revisions.ts'

/**
 * Connects and brings the schema up to date.
 * @throws {DatabaseUnusable}
 */
export async function prepareDatabase(pool: ConnectionPool, address: PostgresAddress): Promise<void> {
  try {
    await migrate(pool)
    await pool.inTransaction(foldWriters)
  } catch (error) {
    const place = placeOf(address)
    throw new DatabaseUnusable(`cannot use the PostgreSQL database ${place}: ${reason(error)}`, {
      cause: error,
    })
  }
}

/** Where the database is, without user and password. */
function placeOf({ url }: PostgresAddress): string {
  const { host, port, database } = new Client({ connectionString: url })
  return `${database ?? ''} at ${host}:${port}`
}

function reason(error: unknown): string {
  if (!(error instanceof PostgresFailure)) return error instanceof Error ? error.message : String(error)
  const { kind, sqlState = '', message } = error
  const advice =
    adviceOf[sqlState] ?? (kind === 'unreachable' ? 'start it, or correct DATABASE_URL' : undefined)
  return [message.replaceAll('\n', ' '), ...(advice ? [advice] : [])].join('; ')
}

/** By SQLSTATE: no such password, user or database, and no right to make tables. */
const adviceOf: Readonly<Record<string, string>> = {
  '28P01': 'correct DATABASE_URL',
  '28000': 'correct DATABASE_URL',
  '3D000': 'make it with createdb, or correct DATABASE_URL',
  '42501': 'grant its user CREATE on the schema',
}
