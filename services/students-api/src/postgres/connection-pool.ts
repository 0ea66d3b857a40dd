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
  /** @throws {PostgresFailure} */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** COMMIT got no answer: it may have been done or not. */
export class CommitUncertain extends Error {
  override readonly name = 'CommitUncertain'
}

// A connection that answers nothing at all, as behind a firewall that has forgotten it.
const silenceMs = 30_000

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
      query_timeout: silenceMs,
      pipeline: true,
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
    // The driver heeds it here too, which its types don't say.
    const question = { text: 'SELECT 1', query_timeout: this.#limits.waitMs }
    await this.#withClient((client) => client.query(question).catch(fail))
  }

  query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#withConnection((connection) => connection.query(text, values))
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

  async end(): Promise<void> {
    await this.#pool.end()
  }

  #withConnection<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    return this.#withClient((client) => work({ query: (text, values = []) => rowsOf(client, text, values) }))
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

async function rowsOf(client: PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await client.query<Row>(text, [...values]).catch(fail)
  return rows
}

function fail(error: unknown): never {
  throw PostgresFailure.of(error)
}
