/** The service as `main.ts` runs it, with writes committed in batches of the size given: `FILE BATCH`. */
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { writeLimits } from '../src/store/write-queue.ts'

const [path = '', batch = ''] = process.argv.slice(2)
const store = new SqliteStudentStore(path, systemClock, { ...writeLimits, batch: Number(batch) })
const app = createApp({ store, logger: pino({ level: 'silent' }) })
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.(new URL(url).port)
