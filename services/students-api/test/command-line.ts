import assert from 'node:assert/strict'
import type { Machine } from '../src/machine.ts'
import { runService } from '../src/service.ts'

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command line; a service is asked to stop as soon as it has logged `listening`. */
export function run(...argv: string[]): Promise<Ended> {
  return runIn({}, ...argv)
}

export async function runIn(env: Machine['env'], ...argv: string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const stops = new Set<() => void>()
  const machine: Machine = {
    argv,
    env,
    stdout: {
      write(text) {
        written.stdout += text
        if (text.includes('"listening"')) stops.forEach((stop) => stop())
        if (text.includes('"draining"')) assert.equal(stops.size, 0, 'a second signal would be swallowed')
      },
    },
    stderr: { write: (text) => void (written.stderr += text) },
    onStop(listener) {
      stops.add(listener)
      return () => stops.delete(listener)
    },
  }
  const code = await runService(machine)
  assert.equal(stops.size, 0, 'a listener was left behind')
  return { code, ...written }
}
