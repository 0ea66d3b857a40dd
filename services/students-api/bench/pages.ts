/**
 * Does a page of 50 cost more the more students there are? `node bench/pages.ts [rounds]`: the middle page of 1,000
 * and of 100,000 students in every order, through the whole service but its sockets, in turn.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { cursorOf } from '../src/students/cursor.ts'
import { sorts, type Order } from '../src/students/student-query.ts'
import type { Student } from '../src/students/student.ts'

const [rounds = 15] = process.argv.slice(2).map(Number)
const pagesARound = 40
const domains = ['Engineering', 'Mathematics', 'History', 'Biology', 'Law']

/** Plausible enough: names and grades lie in another order than ids. */
async function fill(store: SqliteStudentStore, count: number): Promise<void> {
  for (let start = 0; start < count; start += 1000) {
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => {
        const n = start + index
        const name = `Student ${(n * 7919) % 100_003}`
        const gpa = ((n * 37) % 1001) / 100
        const student = { name, domain: domains[n % domains.length]!, gpa, email: `s${n}@example.com` }
        return store.add(student, { principal: 'bench' })
      }),
    )
  }
}

/** The address of the page behind the middle student of this order. */
async function middlePage(store: SqliteStudentStore, order: Order, count: number): Promise<string> {
  const sort = order === 'id' ? '' : `&sort=${order}`
  const all: Student[] = JSON.parse((await store.list()).body.toString())
  const property = order.replace('-', '') as 'id' | 'name' | 'gpa' | 'createdAt'
  const middle = all.toSorted((a, b) => (a[property] < b[property] ? -1 : 1))[count / 2]!
  return `/students?limit=50${sort}&cursor=${cursorOf(order, { value: middle[property], id: middle.id })}`
}

/** Milliseconds a page, over one round. */
async function time(app: FastifyInstance, url: string): Promise<number> {
  const startedMs = performance.now()
  for (let n = 0; n < pagesARound; n++) {
    const { statusCode, body } = await app.inject(url)
    if (statusCode !== 200 || JSON.parse(body).length !== 50) throw new Error(`${statusCode} ${body}`)
  }
  return (performance.now() - startedMs) / pagesARound
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const folder = mkdtempSync(join(tmpdir(), 'students-api-bench-'))
const logger = pino({ level: 'silent' })
const sizes = [1000, 100_000] as const
const stores = sizes.map((size) => new SqliteStudentStore(join(folder, `${size}.db`), systemClock))
const [small, large] = stores.map((store) => createApp({ store, logger }))
for (const [index, size] of sizes.entries()) await fill(stores[index]!, size)

let worst = 0
for (const order of ['id', ...sorts] as const) {
  const urls = await Promise.all(sizes.map((size, index) => middlePage(stores[index]!, order, size)))
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    const pair = [await time(small!, urls[0]!), await time(large!, urls[1]!)] as const
    // The first warms up.
    if (round > 0) pair.forEach((ms, index) => times[index]!.push(ms))
  }
  const ratio = median(times[1].map((ms, round) => ms / times[0][round]!))
  worst = Math.max(worst, ratio)
  const [smallMs, largeMs] = times.map((ms) => median(ms).toFixed(3))
  console.log(`${order.padEnd(11)} 1,000: ${smallMs} ms   100,000: ${largeMs} ms   ratio ${ratio.toFixed(2)}`)
}
console.log(`a page of 50 of 100,000 costs at most ${worst.toFixed(2)} times one of 1,000; accepted 1.20`)
for (const store of stores) store[Symbol.dispose]()
rmSync(folder, { recursive: true })
process.exitCode = worst <= 1.2 ? 0 : 1
