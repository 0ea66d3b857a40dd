import type { RunRecord } from '../run/record.ts'
import type { ServerLine } from '../run/server-record.ts'
import { formatNoun, formatSeconds } from './format.ts'
import { codeBlock, plain } from './markdown-text.ts'

type Failure = RunRecord['failures'][number]

/** More of a body is in the JSON. */
const MOST_SHOWN = 2_000

/** One kind of failure: how often and when, then the example that was kept, as it went over the wire. */
export function failureSection(failure: Failure, { startedAt }: RunRecord): string[] {
  const { method, name, signature, count, firstSeen, lastSeen, example } = failure
  const at = (instant: string): string =>
    formatSeconds(Math.max(0, Date.parse(instant) - Date.parse(startedAt)) / 1000)
  const heading = `### ${plain(`${method} ${name}: ${signature}`)}`
  const seen = `${formatNoun(count, 'time')}, from ${at(firstSeen)} to ${at(lastSeen)}.`
  if (example === null) return [heading, seen]
  const { request, response, traceId, server } = example
  return [
    heading,
    seen,
    codeBlock(message(`${request.method} ${request.url}`, request), 'http'),
    ...(response === null ? [] : [codeBlock(message(`HTTP/1.1 ${response.status}`, response), 'http')]),
    ...(traceId === '' ? [] : [`Trace id: \`${traceId}\``]),
    ...(server.length === 0 ? [] : ['The service said:', codeBlock(server.map(serverLine).join('\n'))]),
  ]
}

function message(
  first: string,
  { headers, body }: { readonly headers: readonly [string, string][]; readonly body: string },
): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return [first, ...lines, '', cut(body)].join('\n').trimEnd()
}

function cut(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n… (${text.length} characters)` : text
}

/** As the service wrote it. */
function serverLine(line: unknown): string {
  const { text } = line as Partial<ServerLine>
  return cut(text ?? JSON.stringify(line))
}
