/**
 * Is a student on the disk before its 201 leaves? A kill cannot tell, since the kernel survives it: strace can.
 * `node test-long/sync-order.ts [--on DATABASE] [--hasty]`: 20 additions, one after the other. Linux with strace.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { durableDatabaseNamed } from './durable-database.ts'
import { post } from './student-requests.ts'
import { SyscallTrace } from './syscall-trace.ts'

const additions = 20
const { values } = parseArgs({
  options: { on: { type: 'string', default: 'sqlite' }, hasty: { type: 'boolean' } },
})
const [honest, hasty] = [
  new URL('../src/main.ts', import.meta.url),
  new URL('./hasty-main.ts', import.meta.url),
]

async function add(url: string): Promise<void> {
  for (let n = 1; n <= additions; n++) {
    const student = { name: `Student ${n}`, domain: 'Law', gpa: 9, email: `s${n}@example.com` }
    const { status, body } = await post(url, { student, key: `key-${n}` })
    if (status !== 201) throw new Error(`${status} ${body}`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'students-api-sync-'))
try {
  await using database = await durableDatabaseNamed(values.on, folder)
  const service = await database.startService(fileURLToPath(values.hasty ? hasty : honest))
  try {
    const trace = await SyscallTrace.take([service.pid, ...database.pids()], join(folder, 'trace'), () =>
      add(service.url),
    )
    const { answers, synced } = trace.answersAfterSync(/-wal$|\/pg_wal\//)
    console.log(`${synced} of ${answers} answers left after a sync of their own; ${additions} students added`)
    process.exitCode = answers === additions && synced === additions ? 0 : 1
  } finally {
    await service.end('SIGTERM')
  }
} finally {
  rmSync(folder, { recursive: true })
}
