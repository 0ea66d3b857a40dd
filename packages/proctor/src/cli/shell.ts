import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

const WITHIN_MS = 60_000

/** Runs a command line as a shell does; rejects with what it said when it failed. */
export async function shell(command: string, cwd: string): Promise<void> {
  const child = spawn(command, { shell: true, cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: WITHIN_MS })
  const [said, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code !== 0)
    throw new Error(`${command} ended with ${String(code ?? signal)}: ${said.trim().slice(-500)}`)
}
