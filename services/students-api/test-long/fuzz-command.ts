/** `node test-long/fuzz-command.ts [count] [seed] [--postgres]`: that many requests made from the schemas. Prints the seed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { PostgresStudentStore } from '../src/postgres/postgres-student-store.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import type { StudentStore } from '../src/students/student-store.ts'
import { PostgresServer } from '../test/postgres-server.ts'
import { fuzz } from './fuzz.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: 'boolean', default: false } },
})
const [count = 10_000, seed = Date.now() % 2 ** 31] = positionals.map(Number)

async function fuzzStore(store: StudentStore): Promise<void> {
  const app = createApp({ store, logger: pino({ level: 'silent' }) })
  const { statuses, failures } = await fuzz(app, count, seed)
  for (const key of [...statuses.keys()].toSorted()) {
    console.log(`${String(statuses.get(key)).padStart(6)}  ${key}`)
  }
  for (const failure of failures.slice(0, 20)) console.log(failure)
  console.log(`${count} requests with seed ${seed}: ${failures.length} broke a rule`)
  process.exitCode = failures.length === 0 ? 0 : 1
}

async function onSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'students-api-fuzz-'))
  try {
    using store = new SqliteStudentStore(join(folder, 'students.db'), systemClock)
    await fuzzStore(store)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function onPostgres(): Promise<void> {
  await using server = await PostgresServer.start('-c', 'fsync=off')
  await using store = await PostgresStudentStore.open({ url: server.url, poolSize: 4 }, systemClock)
  await fuzzStore(store)
}

await (values.postgres ? onPostgres() : onSqlite())
