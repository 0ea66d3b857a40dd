import { Pool, type PoolClient } from 'pg'
import type { WriteLimits } from '../store/write-queue.ts'
import { StoreUnavailable } from '../students/student-store.ts'
import { PostgresFailure } from './postgres-failure.ts'

/** Where the database is, and how many connections to it there may be. */
export interface PostgresAddress {
  /** With the password: not for messages or logs. */
  url: string
  poolSize: number
}

export type Row = Record<string, unknown>

/** One connection, as the statements need it. */
export interface Connection {
  /**
   * @param timeoutMs How long the answer may take; else twice as long as a lock is waited for.
   * @throws {PostgresFailure} `unreachable` also where it took longer.
   */
  query(text: string, values?: readonly unknown[], timeoutMs?: number): Promise<Row[]>
}

/** For what takes the longer the more students there are. */
export const longTimeoutMs = 30_000

/** COMMIT got no answer: it may have been done or not. */
export class CommitUncertain extends Error {
  override readonly name = 'CommitUncertain'
}

/** Connections to one database, at most so many; who finds none free waits for a bounded time. */
export class ConnectionPool implements Connection {
  readonly #pool: Pool
  readonly #limits: WriteLimits

  constructor({ url, poolSize }: PostgresAddress, limits: WriteLimits) {
    this.#limits = limits
    this.#pool = new Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: limits.waitMs,
      lock_timeout: limits.waitMs,
      // A database that stands still, or a connection that a firewall has forgotten.
      query_timeout: 2 * limits.waitMs,
      pipeline: true,
      // What `end` has given up must not keep the process.
      allowExitOnIdle: true,
      application_name: 'students-api',
    })
    // A connection that is lost fails its query, or is found gone at its next use. Unheard, the event ends the process.
    this.#pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}))
  }

  /**
   * Resolves when the database has answered, or rejects within the limits' time for finding a connection and as long again.
   * @throws {PostgresFailure}
   */
  async ping(): Promise<void> {
    await this.query('SELECT 1', [], this.#limits.waitMs)
  }

  query(text: string, values: readonly unknown[] = [], timeoutMs?: number): Promise<Row[]> {
    return this.#withConnection((connection) => connection.query(text, values, timeoutMs))
  }

  /**
   * @throws {CommitUncertain}
   * @throws {PostgresFailure} and nothing is done.
   */
  inTransaction<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    return this.#withConnection(async (connection) => {
      // Sent together with the first statement, which saves a round trip. Where it fails, the connection is gone.
      const begun = connection.query('BEGIN')
      const [result] = await Promise.all([work(connection), begun])
      await connection.query('COMMIT').catch((error: unknown) => {
        const failure = PostgresFailure.of(error)
        throw failure.kind === 'unreachable'
          ? new CommitUncertain(failure.message, { cause: failure })
          : failure
      })
      return result
    })
  }

  /** Takes leave of the database, for no longer than a connection is waited for. */
  async end(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, this.#limits.waitMs)
    await Promise.race([this.#pool.end(), late]).finally(() => clearTimeout(timer))
  }

  #withConnection<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    return this.#withClient((client) => work({ query: (...query) => rowsOf(client, ...query) }))
  }

  /** A connection on which anything failed is closed, which rolls back what it had begun. */
  async #withClient<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    if (this.#pool.waitingCount >= this.#limits.waiting) throw new StoreUnavailable('full')
    const client = await this.#pool.connect().catch(fail)
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      client.release(true)
      throw error
    }
  }
}

async function rowsOf(
  client: PoolClient,
  text: string,
  values: readonly unknown[] = [],
  timeoutMs?: number,
): Promise<Row[]> {
  // The driver heeds it here too, which its types don't say.
  const query = { text, values: [...values], query_timeout: timeoutMs }
  const { rows } = await client.query<Row>(query).catch(fail)
  return rows
}

function fail(error: unknown): never {
  throw PostgresFailure.of(error)
}
