import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const MAIN = new URL('../services/students-api/src/main.ts', import.meta.url).pathname
const READY_WITHIN_MS = 10_000
/** The service drains for at most 10 s by itself. */
const STOPPED_WITHIN_MS = 12_000

/** students-api as a process of its own, on a fresh database in the folder given, its log beside. */
export interface Service {
  readonly url: string
  /** Where its log is written. */
  readonly logFile: string
  /** Resolves when the process has ended. */
  stop(): Promise<void>
}

/**
 * Resolves when the service listens; `undefined` when it could not start, and has said why on standard error, or when
 * `signal` was given meanwhile.
 */
export async function startService(
  folder: string,
  port: string,
  signal: AbortSignal,
): Promise<Service | undefined> {
  const logFile = join(folder, 'students-api.log')
  const log = openSync(logFile, 'w', 0o600)
  // A process group of its own: Ctrl-C in the terminal is for the load test, which still needs the service to end.
  const child = spawn(process.execPath, [MAIN, '--port', port, '--db', join(folder, 'students.db')], {
    stdio: ['ignore', log, 'inherit'],
    detached: true,
  })
  closeSync(log)
  const url = await listeningUrl(child, logFile, signal)
  if (url !== undefined) return { url, logFile, stop: () => stopProcess(child) }
  await stopProcess(child)
  return undefined
}

/** Where it listens, by its own log: whoever else holds the port would answer there, too. */
async function listeningUrl(
  child: ChildProcess,
  logFile: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (isAlive(child) && !signal.aborted && Date.now() < giveUpAt) {
    const [, url] = /"url":"([^"]+)".*"msg":"listening"/.exec(readFileSync(logFile, 'utf8')) ?? []
    if (url !== undefined) return url
    await delay(25)
  }
  return undefined
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS)
  await ended
  clearTimeout(kill)
}
