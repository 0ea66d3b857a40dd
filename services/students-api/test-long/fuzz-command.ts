/** `node test-long/fuzz-command.ts [count] [seed]`: that many requests made from the schemas. Prints the seed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { fuzz } from './fuzz.ts'

const [count = 10_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'students-api-fuzz-'))
const store = new SqliteStudentStore(join(folder, 'students.db'), systemClock)
const app = createApp({ store, logger: pino({ level: 'silent' }) })
const { statuses, failures } = await fuzz(app, count, seed)
for (const key of [...statuses.keys()].toSorted()) {
  console.log(`${String(statuses.get(key)).padStart(6)}  ${key}`)
}
for (const failure of failures.slice(0, 20)) console.log(failure)
console.log(`${count} requests with seed ${seed}: ${failures.length} broke a rule`)
store[Symbol.dispose]()
rmSync(folder, { recursive: true })
process.exitCode = failures.length === 0 ? 0 : 1
