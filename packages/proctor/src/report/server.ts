import type { RunRecord } from '../run/record.ts'
import { formatNoun, oneLine, SUMMARY_COLUMNS, wrap } from './format.ts'
import type { Style } from './style.ts'

/** What the service itself said most, whatever of, and what could not be read of it; what it said of failures is in the findings. */
export function serverSection({ server }: RunRecord, style: Style): string[] {
  if (server === undefined) return []
  const grave = server.messages.reduce((sum, { count }) => sum + count, 0)
  const [most] = server.messages
  const said =
    most === undefined
      ? []
      : wrapped(
          `At level warn and above the service said ${formatNoun(grave, 'thing')}: ${most.count} × ${most.message}`,
        )
  const notes = server.sources.flatMap(({ name, notes: words }) => {
    return words.flatMap((note) => wrapped(`${name}: ${note}`).map((line) => style('quiet', line)))
  })
  return [...said, ...notes]
}

function wrapped(text: string): string[] {
  return wrap(oneLine(text), SUMMARY_COLUMNS)
}
