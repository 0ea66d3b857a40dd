import type { RunRecord } from '../run/record.ts'
import type { ServerLine } from '../run/server-record.ts'
import { formatNoun, oneLine } from './format.ts'
import type { Style } from './style.ts'

const MOST_SIGNATURES = 3
const MOST_LINES = 3

/** What the service itself said of the failures that there were most of, and what could not be read of it. */
export function serverSection({ failures, server }: RunRecord, style: Style): string[] {
  if (server === undefined) return []
  const told = failures.filter(({ example }) => (example?.server.length ?? 0) > 0).slice(0, MOST_SIGNATURES)
  const lines = told.flatMap(({ method, name, signature, example }) => [
    oneLine(`Of ${method} ${name}, ${signature}, the service said:`),
    ...(example!.server as readonly ServerLine[]).slice(0, MOST_LINES).map(lineWords),
  ])
  const isSilent = failures.length > 0 && told.length === 0
  const silence = isSilent ? ['The service said nothing of the failing requests that were kept.'] : []
  const grave = server.messages.reduce((sum, { count }) => sum + count, 0)
  const [most] = server.messages
  const others =
    most === undefined
      ? []
      : [
          oneLine(
            `At level warn and above it said ${formatNoun(grave, 'thing')}: ${most.count} × ${most.message}`,
          ),
        ]
  const notes = server.sources.flatMap(({ name, notes: said }) =>
    said.map((note) => style('quiet', oneLine(`${name}: ${note}`))),
  )
  return [...lines, ...silence, ...others, ...notes]
}

function lineWords({ level, message }: ServerLine): string {
  return `  ${oneLine(`${level ?? ''} ${message}`)}`
}
