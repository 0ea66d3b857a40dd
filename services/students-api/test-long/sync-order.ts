/**
 * Is a student on the disk before its 201 leaves? A kill cannot tell, since the kernel survives it: strace can.
 * `node test-long/sync-order.ts [--hasty]`: 20 additions, one after the other. Linux with strace.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ServiceProcess } from './service-process.ts'

const additions = 20
const tracer = 'strace'
const { values } = parseArgs({ options: { hasty: { type: 'boolean' } } })
const [honest, hasty] = [
  new URL('../src/main.ts', import.meta.url),
  new URL('./hasty-main.ts', import.meta.url),
]

/** What `work` makes the process sync and write, one system call a line, in their order. */
async function traced(pid: number, file: string, work: () => Promise<void>): Promise<string[]> {
  const calls = 'trace=fdatasync,fsync,write,writev,sendto,sendmsg'
  const strace = spawn(tracer, ['-f', '-p', String(pid), '-e', calls, '-s', '16', '-o', file])
  // It says so once it is attached.
  await once(strace.stderr, 'data')
  await work()
  const exit = once(strace, 'exit')
  strace.kill('SIGINT')
  await exit
  return readFileSync(file, 'utf8').split('\n')
}

async function add(url: string): Promise<void> {
  for (let n = 1; n <= additions; n++) {
    const body = JSON.stringify({ name: `Student ${n}`, domain: 'Law', gpa: 9, email: `s${n}@example.com` })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/students`, { method: 'POST', headers, body })
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
    await response.text()
  }
}

/** How many answers left, and how many of them with a finished sync since the one before. */
function count(calls: readonly string[]): { answers: number; synced: number } {
  let [answers, synced, isSynced] = [0, 0, false]
  for (const call of calls) {
    if (/f(?:data)?sync(?:\(| resumed).*= 0$/.test(call)) isSynced = true
    if (!call.includes('"HTTP/1.1 201')) continue
    answers++
    if (isSynced) synced++
    isSynced = false
  }
  return { answers, synced }
}

const folder = mkdtempSync(join(tmpdir(), 'students-api-sync-'))
const service = await ServiceProcess.start(
  fileURLToPath(values.hasty ? hasty : honest),
  join(folder, 'students.db'),
)
try {
  const { answers, synced } = count(await traced(service.pid, join(folder, 'trace'), () => add(service.url)))
  console.log(`${synced} of ${answers} answers left after a sync of their own; ${additions} students added`)
  process.exitCode = answers === additions && synced === additions ? 0 : 1
} finally {
  await service.end('SIGTERM')
  rmSync(folder, { recursive: true })
}
