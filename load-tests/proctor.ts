import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Interrupts } from './interrupts.ts'

const PROCTOR = new URL('../packages/proctor/bin/proctor.js', import.meta.url).pathname
/** The seed's own test. */
export const SCENARIO = new URL('students.ts', import.meta.url).pathname

/** Runs Proctor in this terminal; resolves to its exit code. */
export async function proctor(args: string[], interrupts: Interrupts): Promise<number> {
  // A process group of its own: what Ctrl-C sends comes once, passed on from here, and not from the terminal as well.
  const child = spawn(process.execPath, [PROCTOR, ...args], { stdio: 'inherit', detached: true })
  interrupts.passOnTo(child)
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 130
}
