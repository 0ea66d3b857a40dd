/**
 * Stops a PostgreSQL and removes its folder (`FOLDER`) once standard input ends: when the tests say so, and also when
 * they were killed and can't, which would leave the server behind.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

const [data = ''] = process.argv.slice(2)
const pidFile = join(data, 'postmaster.pid')

await text(process.stdin)
if (existsSync(pidFile)) {
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    // Already gone.
  }
  for (let tries = 0; existsSync(pidFile) && tries < 200; tries++) await setTimeout(25)
}
rmSync(dirname(data), { recursive: true, force: true })
