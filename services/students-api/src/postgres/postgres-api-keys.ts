import type { ApiKey, ApiKeyStore } from '../auth/api-key.ts'
import type { Clock } from '../clock.ts'
import { toApiKey } from '../store/api-key-row.ts'
import { writeLimits } from '../store/write-queue.ts'
import { ConnectionPool, type PostgresAddress, type Row } from './connection-pool.ts'
import { prepareDatabase } from './opening.ts'
import { withRetries } from './retries.ts'

const insert = `
  INSERT INTO api_keys (id, name, scopes, secret_hash, created_at) VALUES ($1, $2, $3, $4, $5::timestamptz)
  ON CONFLICT (id) DO NOTHING`

const revoke = `
  UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2::timestamptz) WHERE id = $1 RETURNING id`

/** API keys in the students' PostgreSQL database, by a connection of their own. */
export class PostgresApiKeys implements ApiKeyStore, AsyncDisposable {
  readonly #pool: ConnectionPool
  readonly #clock: Clock

  private constructor(pool: ConnectionPool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  /** @throws {DatabaseUnusable} */
  static async open(address: PostgresAddress, clock: Clock): Promise<PostgresApiKeys> {
    const pool = new ConnectionPool({ ...address, poolSize: 1 }, writeLimits)
    try {
      await prepareDatabase(pool, address)
      return new PostgresApiKeys(pool, clock)
    } catch (error) {
      await pool.end()
      throw error
    }
  }

  async all(): Promise<ApiKey[]> {
    return (await this.#query('SELECT * FROM api_keys ORDER BY created_at, id')).map(toApiKey)
  }

  // Done twice it comes to the same, so that a try whose answer was lost may be made again.
  async add({ id, name, scopes: granted, secretHash, createdAt }: ApiKey): Promise<void> {
    await this.#query(insert, [id, name, granted.join(','), secretHash, createdAt])
  }

  async revoke(id: string, now: Date): Promise<boolean> {
    return (await this.#query(revoke, [id, now])).length > 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }

  #query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return withRetries(() => this.#pool.query(text, values), this.#clock, writeLimits.waitMs)
  }
}
