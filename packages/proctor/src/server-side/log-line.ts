import { type Entry, idsIn, instantOf, levelOf, normalId } from './entry.ts'

const FIELDS = {
  time: ['time', 'timestamp', 'ts', '@timestamp', 'datetime', 'date', 't'],
  level: ['level', 'severity', 'lvl', 'levelname', 'log.level', '@level', 'loglevel', 'severityText'],
  message: ['msg', 'message', 'event', '@message', 'text', 'body'],
  id: [
    'traceId',
    'trace_id',
    'traceid',
    'trace.id',
    'trace',
    'requestId',
    'request_id',
    'requestid',
    'request.id',
    'reqId',
    'req_id',
    'correlationId',
    'correlation_id',
    'x-request-id',
    'http.request_id',
    'dd.trace_id',
  ],
  cause: ['problem', 'code', 'error', 'err', 'exception', 'exc_info', 'error.message', 'reason'],
} as const

type Fields = Readonly<Record<string, unknown>>

/** A line as a pattern, JSON or logfmt; else as text. `undefined` where a pattern is given and does not fit. */
export function parseLine(text: string, pattern: RegExp | undefined): Entry | undefined {
  if (pattern !== undefined) {
    const groups = pattern.exec(text)?.groups
    return groups === undefined ? undefined : fromFields(groups, text)
  }
  const fields = text.startsWith('{') ? jsonFields(text) : logfmtFields(text)
  return fields === undefined ? fromText(text) : fromFields(fields, text)
}

function fromFields(fields: Fields, text: string): Entry {
  const said = firstOf(fields, FIELDS.message)
  const cause = FIELDS.cause.flatMap((name) => causeWords(fields[name]))[0]
  const words = [typeof said === 'string' ? said : '', cause ?? ''].filter((part) => part !== '')
  const ids = [...FIELDS.id, 'traceparent'].flatMap((name) => idValue(fields[name]))
  return {
    at: instantOf(firstOf(fields, FIELDS.time)),
    level: levelOf(firstOf(fields, FIELDS.level)),
    message: [...new Set(words)].join(': ') || text,
    text,
    ids: [...new Set([...idsIn(text), ...ids])],
  }
}

const LEVEL_WORD = /\b(trace|debug|info|notice|warn|warning|error|err|severe|fatal|critical|panic)\b/i
const LEADING_TIME = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]?/
/** A level stands near the beginning, or is none. */
const WITHIN = 80

function fromText(text: string): Entry {
  const [, time] = LEADING_TIME.exec(text) ?? []
  return {
    at: time === undefined ? undefined : instantOf(time.replace(',', '.')),
    level: levelOf(LEVEL_WORD.exec(text.slice(0, WITHIN))?.[1] ?? (isThrown(text) ? 'error' : undefined)),
    message: text.slice((time ?? '').length),
    text,
    ids: idsIn(text),
  }
}

/** What runtimes print when nobody caught it. */
function isThrown(text: string): boolean {
  return /^(Traceback \(most recent call last\)|(Uncaught )?\w*(Error|Exception)\b|panic:|Unhandled)/.test(
    text,
  )
}

function jsonFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

const PAIR = /([A-Za-z_@][\w.@-]*)=("(?:[^"\\]|\\.)*"|\S*)/g

/** Two pairs at least, the first at the beginning: a text with one `=` in it is a text. */
function logfmtFields(text: string): Fields | undefined {
  if (!/^[A-Za-z_@][\w.@-]*=/.test(text)) return undefined
  const pairs = [...text.matchAll(PAIR)].map(([, name, value]) => [name!, unquoted(value!)] as const)
  return pairs.length < 2 ? undefined : Object.fromEntries(pairs)
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

function firstOf(fields: Fields, names: readonly string[]): unknown {
  const name = names.find((each) => fields[each] !== undefined && fields[each] !== null)
  return name === undefined ? undefined : fields[name]
}

function causeWords(value: unknown): string[] {
  if (typeof value === 'string' && value !== '') return [value.split('\n', 1)[0]!]
  if (typeof value !== 'object' || value === null) return []
  const { message, code } = value as { message?: unknown; code?: unknown }
  const words = typeof message === 'string' ? message : code
  return typeof words === 'string' && words !== '' ? [words] : []
}

function idValue(value: unknown): string[] {
  if (typeof value !== 'string' || value === '' || value.length > 128) return []
  const [, traceId] = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(value) ?? []
  return [normalId(traceId ?? value)]
}
