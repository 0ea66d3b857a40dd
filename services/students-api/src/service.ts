import { once } from 'node:events'
import { pino, type Logger } from 'pino'
import { createApp } from './app.ts'
import { parseArguments, usage, UsageError, type Arguments, type DatabaseAddress } from './arguments.ts'
import { KeysNeeded, requireKeysBeyondLoopback } from './auth/exposure.ts'
import { systemClock } from './clock.ts'
import { commands } from './commands/commands.ts'
import { drain } from './http/draining.ts'
import { CannotListen, listen } from './http/listening.ts'
import type { Machine } from './machine.ts'
import { CannotBackUp, Interrupted } from './store/whole-file.ts'
import { DatabaseUnusable } from './store/database.ts'
import { openKeys, openStudents } from './stores.ts'
import { otlpSettings, type OtlpSettings } from './telemetry/otlp-settings.ts'

/**
 * Runs the service until it is asked to stop, or the command named first. Resolves to the exit code: 0 stopped or done,
 * 1 cannot start, 2 wrong usage, 130 stopped midway.
 */
export async function runService(machine: Machine, openStore = openStudents): Promise<number> {
  try {
    const [word = '', ...rest] = machine.argv
    const command = commands.get(word)
    if (command) await command(rest, machine)
    else await parseAndServe(machine, openStore)
    return 0
  } catch (error) {
    if (!isExpected(error)) throw error
    machine.stderr.write(`students-api: ${error.message}\n`)
    return exitCodeOf(error)
  }
}

async function parseAndServe(machine: Machine, openStore: typeof openStudents): Promise<void> {
  const parsed = parseArguments(machine.argv, machine.env)
  if (parsed === 'help') machine.stdout.write(usage)
  else await serve({ ...parsed, otlp: otlpSettings(machine.env) }, machine, openStore)
}

function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return 2
  // As a shell tells of SIGINT.
  return error instanceof Interrupted ? 130 : 1
}

function isExpected(error: unknown): error is Error {
  return [UsageError, DatabaseUnusable, CannotListen, CannotBackUp, Interrupted, KeysNeeded].some(
    (kind) => error instanceof kind,
  )
}

async function serve(
  {
    host,
    port,
    database,
    drainDelayMs,
    logLevel,
    open,
    otlp,
  }: Arguments & { otlp: OtlpSettings | undefined },
  machine: Machine,
  openStore: typeof openStudents,
): Promise<void> {
  const logger = pino({ level: logLevel, base: null }, machine.stdout)
  await using store = await openStore(database, systemClock)
  await using keys = await openKeys(database, systemClock)
  if (!open) await requireKeysBeyondLoopback(host, keys)
  const stopping = new AbortController()
  const telemetry = otlp && (await startTelemetry(otlp, database, logger))
  const app = createApp({
    store,
    logger,
    keys,
    ...(telemetry && { telemetry }),
    stopping: stopping.signal,
  })
  const unsubscribe = machine.onStop(() => {
    // The next signal finds nobody listening, and so ends the process at once.
    unsubscribe()
    stopping.abort()
  })
  try {
    logger.info(await listen(app, host, port), 'listening')
    await aborted(stopping.signal)
    logger.info('draining')
    await new Promise<void>((resolve) => void systemClock.after(drainDelayMs, resolve))
  } finally {
    unsubscribe()
    await drain(app)
    await telemetry?.close()
  }
  logger.info('stopped')
}

/** Loaded only where it is asked for: it takes a tenth of a second and some 5 MB. */
async function startTelemetry(settings: OtlpSettings, { engine }: DatabaseAddress, logger: Logger) {
  const { Telemetry } = await import('./telemetry/telemetry.ts')
  const databaseSystem = engine === 'postgres' ? 'postgresql' : 'sqlite'
  return new Telemetry(settings, { databaseSystem, clock: systemClock, logger })
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
