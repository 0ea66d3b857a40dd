/**
 * `node test-long/bulk-memory.ts [students]`: the most memory the service ever held, in a process of its own, after an
 * export of all students (and nothing else), and after an import of as many. Linux only. Accepted of an export: 150 MB.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/clock.ts'
import { fill } from '../src/seed/fill.ts'
import { plausibleStudents } from '../src/seed/plausible-students.ts'
import { SqliteStudentStore } from '../src/store/sqlite-student-store.ts'
import { ServiceProcess } from './service-process.ts'

const acceptedMb = 150
const [count = 100_000] = process.argv.slice(2).map(Number)
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'students-api-memory-'))

/** Resident memory at its highest, of a process that still runs. */
function peakMb(pid: number): number {
  const kib = /^VmHWM:\s+(?<kib>\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['kib']
  return (Number(kib) * 1024) / 1e6
}

async function seeded(students: number): Promise<string> {
  const path = join(folder, `${students}.db`)
  using store = new SqliteStudentStore(path, systemClock)
  for await (const filled of fill(store, plausibleStudents(students, 1), systemClock)) void filled
  return path
}

async function exported(url: string): Promise<{ bytes: number; lines: number }> {
  const { body } = await fetch(`${url}/students/export`)
  let [bytes, lines] = [0, -1]
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++
  }
  return { bytes, lines }
}

/** As large as those of other clients: each that arrives is a write of its own. */
function* chunks(students: number): Generator<string> {
  let chunk = ''
  for (const student of plausibleStudents(students, 1)) {
    chunk += `${JSON.stringify(student)}\n`
    if (chunk.length < 64 * 1024) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/** Sends the students as they are made, as fast as the service takes them. */
async function imported(url: string, students: number, query: string): Promise<string> {
  const response = await fetch(`${url}/students/import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: Readable.from(chunks(students), { objectMode: false }),
    duplex: 'half',
  })
  return response.text()
}

/** What a service on this database holds at its highest after the work. */
async function measure(db: string, work: (url: string) => Promise<string>): Promise<number> {
  const service = await ServiceProcess.start(main, db)
  const idleMb = peakMb(service.pid)
  const startedMs = performance.now()
  const told = await work(service.url)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const mb = peakMb(service.pid)
  console.log(`${told} in ${seconds} s: at most ${mb.toFixed(0)} MB (${idleMb.toFixed(0)} MB before)`)
  await service.end('SIGTERM')
  return mb
}

const peaks: number[] = []
for (const students of [count / 100, count]) {
  const db = await seeded(students)
  const mb = await measure(db, async (url) => {
    const { bytes, lines } = await exported(url)
    if (lines !== students) throw new Error(`${lines} lines of ${students}`)
    return `${students} students exported, ${(bytes / 1e6).toFixed(1)} MB`
  })
  peaks.push(mb)
  for (const query of ['', '?dryRun=true']) {
    await measure(join(folder, `import${students}${query.length}.db`), async (url) => {
      const summary = await imported(url, students, query)
      return `${students} students imported${query}, ${summary}`
    })
  }
}
rmSync(folder, { recursive: true })
process.exitCode = Math.max(...peaks) < acceptedMb ? 0 : 1
