import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { Redaction } from '../evidence/redaction.ts'
import { FollowedFile } from '../server-side/followed-file.ts'
import { LogCommand } from '../server-side/log-command.ts'
import { OtlpReceiver } from '../server-side/otlp-receiver.ts'
import { ServerSide } from '../server-side/server-side.ts'
import type { Machine } from './machine.ts'
import { repeated } from './run-flags.ts'
import { UsageError } from './usage-error.ts'

/** Where the service speaks, as typed and parsed. */
export interface ServerFlags {
  serverLog?: string[]
  serverLogPattern?: RegExp
  serverLogCommand?: string[]
  /** `true` where no port was given. */
  otlp?: number | true
  otlpHost: string
}

/** Of OTLP over HTTP. */
const OTLP_PORT = 4318

export function declareServerFlags(command: Command): Command {
  return command
    .optionsGroup('What the service says:')
    .addOption(
      repeated('--server-log <file>', "follow the service's log, from its end on; may be given again"),
    )
    .addOption(
      repeated(
        '--server-log-command <command>',
        "or what a command writes, such as 'kubectl logs -f deploy/api'",
      ),
    )
    .addOption(
      new Option(
        '--server-log-pattern <regex>',
        'how a line of it reads, where it is neither JSON nor logfmt: groups named time, level, trace, message',
      ).argParser(parsePattern),
    )
    .addOption(
      new Option(
        '--otlp [port]',
        `receive its logs and spans by OTLP over HTTP (default port: ${OTLP_PORT})`,
      ).argParser(parsePort),
    )
    .option('--otlp-host <address>', 'where that is listened for', '127.0.0.1')
}

/** What the service says while the run goes on; `undefined` where nobody asked for it. */
export function serverSideOf(
  { cwd, clock }: Machine,
  flags: ServerFlags,
  redact: readonly string[] | undefined,
  say: (text: string) => void,
): ServerSide | undefined {
  const { serverLog = [], serverLogCommand = [], serverLogPattern: pattern, otlp, otlpHost } = flags
  const sources = [
    ...serverLog.map((file) => new FollowedFile(resolve(cwd, file), clock, pattern)),
    ...serverLogCommand.map((text) => new LogCommand(text, cwd, clock, pattern)),
    ...(otlp === undefined ? [] : [new OtlpReceiver(otlp === true ? OTLP_PORT : otlp, otlpHost)]),
  ]
  if (sources.length > 0) return new ServerSide(sources, { clock, redaction: new Redaction(redact), say })
  if (pattern !== undefined)
    throw new UsageError('--server-log-pattern belongs to a log: add --server-log FILE')
  return undefined
}

const GROUPS = ['time', 'level', 'trace', 'message']

function parsePattern(text: string): RegExp {
  if (!GROUPS.some((group) => text.includes(`(?<${group}>`))) {
    throw new UsageError(
      `--server-log-pattern: expected groups such as (?<level>\\w+) (?<message>.*), got ${JSON.stringify(text)}`,
    )
  }
  try {
    return new RegExp(text, 'u')
  } catch (cause) {
    throw new UsageError(`--server-log-pattern: ${(cause as Error).message}`, { cause })
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 0 && port < 65_536) return port
  throw new UsageError(`--otlp: expected a port from 0 to 65535, got ${JSON.stringify(text)}`)
}
