import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PostgresServer } from '../test/postgres-server.ts'
import { Client } from 'pg'
import { ServiceProcess } from './service-process.ts'

/** A database that a service keeps students in, and that is to outlive its death. */
export interface DurableDatabase extends AsyncDisposable {
  /** @param main The file of the service's program. */
  startService(main: string): Promise<ServiceProcess>
  /** Kills the database, and starts it again when `meanwhile` is over. Absent where it dies with the service. */
  outage?(meanwhile: () => Promise<void>): Promise<void>
  /** Of its own processes; none where it lives in the service's. */
  pids(): number[]
  /** What is wrong inside; nothing where it is whole. */
  faults(): Promise<string[]>
}

/** Each made in a folder that is empty. */
export const durableDatabases = {
  sqlite: async (folder: string): Promise<DurableDatabase> => {
    const path = join(folder, 'students.db')
    return {
      startService: (main) => ServiceProcess.start(main, path),
      pids: () => [],
      faults: async () => {
        using db = new DatabaseSync(path)
        return Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})
          .map(String)
          .filter((line) => line !== 'ok')
      },
      [Symbol.asyncDispose]: async () => {},
    }
  },
  postgres: async (): Promise<DurableDatabase> => new DurablePostgres(await PostgresServer.start()),
  /** With the mistake that the proof must find: it answers COMMIT before the WAL is written. */
  'forgetful-postgres': async (): Promise<DurableDatabase> =>
    new ForgetfulPostgres(
      await PostgresServer.start('-c', 'synchronous_commit=off', '-c', 'wal_writer_delay=10s'),
    ),
}

export type DurableDatabaseName = keyof typeof durableDatabases

/** @throws {Error} for a name that none has. */
export function durableDatabaseNamed(name: string, folder: string): Promise<DurableDatabase> {
  const open = new Map(Object.entries(durableDatabases)).get(name)
  if (!open) throw new Error(`--on takes ${Object.keys(durableDatabases).join(', ')}; not "${name}"`)
  return open(folder)
}

class DurablePostgres implements DurableDatabase {
  protected readonly server: PostgresServer
  #outages = 0

  constructor(server: PostgresServer) {
    this.server = server
  }

  startService(main: string): Promise<ServiceProcess> {
    return ServiceProcess.startOn(main, this.server.url)
  }

  /** In turn as by the out-of-memory killer and as by `pg_ctl stop --mode immediate`. */
  outage(meanwhile: () => Promise<void>): Promise<void> {
    return this.server.outage(this.#outages++ % 2 === 0 ? 'SIGKILL' : 'SIGQUIT', meanwhile)
  }

  pids(): number[] {
    return this.server.pids()
  }

  /** Of every table its rows; of every index its order, and whether each row is in it. */
  async faults(): Promise<string[]> {
    await using database = await connected(this.server.url)
    const { client } = database
    await client.query('CREATE EXTENSION IF NOT EXISTS amcheck')
    const tables = await client.query<{ fault: string }>(
      `SELECT relname || ': ' || msg AS fault FROM pg_class, verify_heapam(oid)
       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    )
    const indexes = `SELECT bt_index_check(oid, true) FROM pg_class
      WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace`
    const broken = await client.query(indexes).then(
      () => [],
      (error: unknown) => [String(error)],
    )
    return [...tables.rows.map(({ fault }) => fault), ...broken]
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]()
  }
}

class ForgetfulPostgres extends DurablePostgres {
  override async startService(main: string): Promise<ServiceProcess> {
    const service = await super.startService(main)
    // It is to forget students, not their table.
    await using database = await connected(this.server.url)
    await database.client.query('CHECKPOINT')
    return service
  }
}

async function connected(url: string): Promise<AsyncDisposable & { client: Client }> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
