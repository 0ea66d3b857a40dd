import { once } from 'node:events'
import { pino, type DestinationStream } from 'pino'
import { createApp } from './app.ts'
import { parseArguments, usage, UsageError, type Arguments, type DatabaseAddress } from './arguments.ts'
import { KeysNeeded, requireKeysBeyondLoopback } from './auth/exposure.ts'
import { systemClock } from './clock.ts'
import type { Command } from './commands/command.ts'
import { commands } from './commands/commands.ts'
import { drain } from './http/draining.ts'
import { CannotListen, listen } from './http/listening.ts'
import { PostgresStudentStore } from './postgres/postgres-student-store.ts'
import { CannotBackUp } from './store/backup.ts'
import { DatabaseUnusable } from './store/database.ts'
import { SqliteApiKeys } from './store/sqlite-api-keys.ts'
import { SqliteStudentStore } from './store/sqlite-student-store.ts'
import type { StudentStore } from './students/student-store.ts'

/** The outside world. Made in `main.ts` only. */
export interface Machine {
  /** Without the program's own name. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdout: DestinationStream
  stderr: DestinationStream
  /** Calls back at each request to stop (SIGTERM, SIGINT). Returns its undoing. */
  onStop(listener: () => void): () => void
}

/** Opens the store that the database is. */
export type OpenStore = (database: DatabaseAddress) => Promise<StudentStore & (Disposable | AsyncDisposable)>

export const openDatabase: OpenStore = async (database) =>
  database.engine === 'postgres'
    ? PostgresStudentStore.open(database, systemClock)
    : new SqliteStudentStore(database.path, systemClock)

/** Keys are kept in SQLite only so far. */
function openKeys(database: DatabaseAddress): SqliteApiKeys | undefined {
  return database.engine === 'sqlite' ? new SqliteApiKeys(database.path) : undefined
}

/**
 * Runs the service until it is asked to stop, or the command named first. Resolves to the exit code: 0 stopped or done,
 * 1 cannot start, 2 wrong usage.
 */
export async function runService(machine: Machine, openStore = openDatabase): Promise<number> {
  try {
    const [word = '', ...rest] = machine.argv
    const command = commands.get(word)
    if (command) await runCommand(word, command, rest, machine)
    else await parseAndServe(machine, openStore)
    return 0
  } catch (error) {
    if (!isExpected(error)) throw error
    machine.stderr.write(`students-api: ${error.message}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function runCommand(
  word: string,
  command: Command,
  argv: readonly string[],
  machine: Machine,
): Promise<void> {
  if (machine.env['DATABASE_URL']) {
    throw new UsageError(`${word} works on SQLite only so far: unset DATABASE_URL`)
  }
  return command(argv, machine)
}

async function parseAndServe(machine: Machine, openStore: OpenStore): Promise<void> {
  const parsed = parseArguments(machine.argv, machine.env)
  if (parsed === 'help') machine.stdout.write(usage)
  else await serve(parsed, machine, openStore)
}

function isExpected(error: unknown): error is Error {
  return [UsageError, DatabaseUnusable, CannotListen, CannotBackUp, KeysNeeded].some(
    (kind) => error instanceof kind,
  )
}

async function serve(
  { host, port, database, drainDelayMs, logLevel, open }: Arguments,
  machine: Machine,
  openStore: OpenStore,
): Promise<void> {
  const logger = pino({ level: logLevel, base: null }, machine.stdout)
  await using store = await openStore(database)
  using keys = openKeys(database)
  if (!open) await requireKeysBeyondLoopback(host, keys)
  const stopping = new AbortController()
  const app = createApp({ store, logger, ...(keys && { keys }), stopping: stopping.signal })
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
  }
  logger.info('stopped')
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
