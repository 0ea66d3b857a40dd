import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import type { Machine } from './machine.ts'
import type { PostgresAddress } from './postgres/connection-pool.ts'
import { nearest } from './nearest.ts'

export const usage = `Usage: students-api [options]
       students-api COMMAND

  --host HOST         address to listen on (127.0.0.1)
  --port PORT         port to listen on, 0 for any free one (5000)
  --db FILE           SQLite database, made where missing (data/students.db)
  --pool-size N       most connections to PostgreSQL (DATABASE_POOL_SIZE, else 10)
  --drain-delay S     seconds from SIGTERM, when /readyz says 503, until no more connections are taken (0)
  --log-level LEVEL   trace, debug, info, warn, error, fatal or silent (LOG_LEVEL, else info)
  --open              ask for no API key beyond loopback, where none was ever made
  --help              show this

With DATABASE_URL (postgres://user:password@host/database) students are kept in PostgreSQL instead of a file.
With OTEL_EXPORTER_OTLP_ENDPOINT (http://host:4318) a span of each request, and a log record of each that failed, go to that
collector; OTEL_EXPORTER_OTLP_PROTOCOL, _HEADERS and _TIMEOUT, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_SDK_DISABLED
are as OpenTelemetry has them.

Commands, on the same database, each with a --help of its own:

  seed COUNT          fill a database with plausible students
  backup FILE         copy the database, also while a service runs on it
  vacuum              rebuild the file, so that nothing is left of what was erased
  keys ACTION         create, list or revoke API keys
`

/** Where students are kept. */
export type DatabaseAddress = { engine: 'sqlite'; path: string } | ({ engine: 'postgres' } & PostgresAddress)

/** What the service is started with. */
export interface Arguments {
  host: string
  port: number
  database: DatabaseAddress
  drainDelayMs: number
  logLevel: string
  /** Beyond loopback, too, no key is asked for until one is made. */
  open: boolean
}

/** The command line is wrong; the message is one line that names the next step. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const options = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '5000' },
  db: { type: 'string' },
  'pool-size': { type: 'string' },
  'drain-delay': { type: 'string', default: '0' },
  'log-level': { type: 'string' },
  open: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * The command line as data, or `help` where that was asked for.
 * @throws {UsageError}
 */
export function parseArguments(argv: readonly string[], env: Machine['env']): Arguments | 'help' {
  const { values, positionals } = parseFlags(argv, options)
  if (values.help) return 'help'
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is no command: see --help`)
  return {
    host: values.host,
    port: parsePort(values.port),
    database: parseDatabase(values, env),
    drainDelayMs: parseDrainDelay(values['drain-delay']),
    logLevel: parseLogLevel(values['log-level'] ?? env['LOG_LEVEL'] ?? 'info'),
    open: values.open,
  }
}

/**
 * Flags and what else there is.
 * @throws {UsageError}
 */
export function parseFlags<const Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  known: Options,
) {
  refuseUnknownFlags(argv, known)
  try {
    return parseArgs({ args: [...argv], options: known, strict: true, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('\n')[0] : String(error), {
      cause: error,
    })
  }
}

function refuseUnknownFlags(argv: readonly string[], known: ParseArgsOptionsConfig): void {
  const { tokens } = parseArgs({ args: [...argv], options: known, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(known, token.name)) {
      const flag = nearest(token.name, Object.keys(known))
      throw new UsageError(`${token.rawName} is no flag: ${flag ? `did you mean --${flag}?` : 'see --help'}`)
    }
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`--port takes 0 to 65535, not "${text}"`)
  return port
}

function parseDrainDelay(text: string): number {
  if (/^\d{1,3}(?:\.\d{1,3})?$/.test(text)) return Number(text) * 1000
  throw new UsageError(`--drain-delay takes seconds from 0 to 999, not "${text}"`)
}

/**
 * The database that flags and environment name.
 * @throws {UsageError}
 */
export function parseDatabase(
  { db: path, 'pool-size': poolSize }: { db?: string | undefined; 'pool-size'?: string | undefined },
  env: Machine['env'],
): DatabaseAddress {
  const url = env['DATABASE_URL']
  if (!url) return { engine: 'sqlite', path: path ?? 'data/students.db' }
  if (path !== undefined) {
    throw new UsageError('--db and DATABASE_URL name two databases: leave out --db, or unset DATABASE_URL')
  }
  return {
    engine: 'postgres',
    url: parseDatabaseUrl(url),
    poolSize: parsePoolSize(poolSize ?? env['DATABASE_POOL_SIZE'] ?? '10'),
  }
}

/** The message doesn't repeat the address, which holds a password. */
function parseDatabaseUrl(url: string): string {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return url
  throw new UsageError('DATABASE_URL is no postgres://user:password@host/database')
}

function parsePoolSize(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new UsageError(`--pool-size takes 1 to 999 connections, not "${text}"`)
}

function parseLogLevel(text: string): string {
  if (logLevels.includes(text)) return text
  throw new UsageError(`"${text}" is no log level: pass --log-level with one of ${logLevels.join(', ')}`)
}
