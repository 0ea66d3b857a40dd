import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test, type TestContext } from 'node:test'
import { Client } from 'pg'
import type { ApiKeyStore } from '../src/auth/api-key.ts'
import { systemClock, type Clock } from '../src/clock.ts'
import { PostgresApiKeys } from '../src/postgres/postgres-api-keys.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { SqliteApiKeys } from '../src/store/sqlite-api-keys.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import type { StudentStore } from '../src/students/student-store.ts'
import { openApp, temporaryFolder, type TestApp } from './fixture.ts'
import { PostgresServer } from './postgres-server.ts'

type Row = Record<string, unknown>

/** One database of a kind, empty at first, as a test may use and abuse it. */
export interface TestDatabase {
  /** Opens the store; twice is as two processes do. */
  open(clock?: Clock): Promise<StudentStore>
  openKeys(): Promise<ApiKeyStore>
  /** What names it to a command. */
  env: Readonly<Record<string, string>>
  flags: readonly string[]
  /** What somebody else does to it. */
  execute(sql: string): Promise<Row[]>
  /** Makes every insertion into the table fail, or no longer. */
  breakTable(table: string): Promise<void>
  mendTable(table: string): Promise<void>
}

/** A kind of database that students may be kept in. */
export interface Engine {
  name: string
  makeDatabase(t: TestContext): Promise<TestDatabase>
}

const sqlite: Engine = {
  name: 'SQLite',
  async makeDatabase(t) {
    const path = join(temporaryFolder(t), 'students.db')
    const execute = async (sql: string) => {
      using db = new DatabaseSync(path)
      return db
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }))
    }
    return {
      async open(clock = systemClock) {
        const store = new SqliteStudentStore(path, clock)
        t.after(() => store[Symbol.dispose]())
        return store
      },
      async openKeys() {
        const keys = new SqliteApiKeys(path)
        t.after(() => keys[Symbol.dispose]())
        return keys
      },
      env: {},
      flags: ['--db', path],
      execute,
      breakTable: async (table) =>
        void (await execute(
          `CREATE TRIGGER fail AFTER INSERT ON ${table} BEGIN SELECT raise(ABORT, 'broken'); END`,
        )),
      mendTable: async () => void (await execute('DROP TRIGGER fail')),
    }
  },
}

const postgres: Engine = {
  name: 'PostgreSQL',
  async makeDatabase(t) {
    const { url } = await emptyPostgres(t)
    const execute = (sql: string) => executeOn(url, sql)
    return {
      async open(clock = systemClock) {
        const store = await PostgresStudentStore.open({ url, poolSize: 4 }, clock)
        t.after(() => store[Symbol.asyncDispose]())
        return store
      },
      async openKeys() {
        const keys = await PostgresApiKeys.open({ url, poolSize: 4 }, systemClock)
        t.after(() => keys[Symbol.asyncDispose]())
        return keys
      },
      env: { DATABASE_URL: url },
      flags: [],
      execute,
      breakTable: async (table) =>
        void (await execute(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
          CREATE TRIGGER fail AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION fail()`)),
      mendTable: async (table) => void (await execute(`DROP TRIGGER fail ON ${table}; DROP FUNCTION fail`)),
    }
  },
}

const engines: readonly Engine[] = [sqlite, postgres]

let starting: Promise<PostgresServer> | undefined
after(async () => (await starting)?.[Symbol.asyncDispose]())

/** The server that the tests of a file share, and in it a schema where nothing is yet. */
export async function emptyPostgres(t: TestContext): Promise<{ url: string }> {
  // What it would keep is gone with the tests; durability is proven elsewhere, with another server.
  starting ??= PostgresServer.start('-c', 'fsync=off')
  const server = await starting
  const { url, schema } = server.emptyDatabase()
  await executeOn(server.url, `CREATE SCHEMA ${schema}`)
  t.after(() => executeOn(server.url, `SET client_min_messages = warning; DROP SCHEMA ${schema} CASCADE`))
  return { url }
}

export async function executeOn(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** A test of what every store must do, once on each. */
export function contract(name: string, body: (t: TestContext, engine: Engine) => Promise<void>): void {
  for (const engine of engines) test(`${engine.name}: ${name}`, (t) => body(t, engine))
}

/** The service on a fresh database of this kind. */
export async function openAppOn(t: TestContext, engine: Engine): Promise<TestApp> {
  const database = await engine.makeDatabase(t)
  return openApp(t, await database.open())
}
