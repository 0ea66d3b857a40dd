import { type Entry, levelOf } from './entry.ts'
import { bytesOf, fieldsOf, messagesOf, numberOf, type Wire } from './protobuf.ts'

/** Of a log record or a span, what is of use here. */
interface Told {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** Nanoseconds since the Unix epoch. */
  readonly at: bigint
  readonly endedAt?: bigint
  readonly level?: string | undefined
  readonly words: string
  readonly isFailed?: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

type Fields = Map<number, Wire[]>
type Json = Readonly<Record<string, unknown>>

/** Log records or spans of an export request. Throws where the body is not of that form. Source: opentelemetry-proto 1.x. */
export function entriesOf(signal: 'logs' | 'traces', body: Buffer, encoding: 'json' | 'protobuf'): Entry[] {
  const told = encoding === 'json' ? fromJson(signal, body) : fromProtobuf(signal, body)
  return told.map((each) => toEntry(signal, each))
}

function toEntry(
  signal: 'logs' | 'traces',
  { traceId, at, endedAt, level, words, isFailed, attributes }: Told,
): Entry {
  const durationMs = endedAt === undefined ? undefined : Number(endedAt - at) / 1e6
  const said = signal === 'logs' ? words : `span ${words}${isFailed ? ' failed' : ''}, ${durationMs} ms`
  const own = signal === 'logs' ? { level, body: words } : { span: words, durationMs, isFailed }
  return {
    at: at > 0n ? Number(at / 1_000_000n) : undefined,
    level: isFailed ? 'error' : levelOf(level),
    message: said,
    text: JSON.stringify({ ...own, traceId, ...attributes }),
    ids: /^[\da-f]{32}$/.test(traceId) ? [traceId] : [],
  }
}

/** From 1: four each of trace, debug, info, warn, error, fatal. */
function levelOfSeverity(severity: number): string | undefined {
  return ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][Math.floor((severity - 1) / 4)]
}

const FAILED = 2

function fromProtobuf(signal: 'logs' | 'traces', body: Buffer): Told[] {
  const scopes = messagesOf(fieldsOf(body), 1).flatMap((resource) => messagesOf(fieldsOf(resource), 2))
  const records = scopes.flatMap((scope) => messagesOf(fieldsOf(scope), 2)).map(fieldsOf)
  return records.map(signal === 'logs' ? logOf : spanOf)
}

function logOf(fields: Fields): Told {
  const body = bytesOf(fields, 5)
  return {
    traceId: bytesOf(fields, 9)?.toString('hex') ?? '',
    at: numberOf(fields, 1) || (numberOf(fields, 11) ?? 0n),
    level: bytesOf(fields, 3)?.toString() ?? levelOfSeverity(Number(numberOf(fields, 2) ?? 0n)),
    words: body === undefined ? '' : inWords(anyValue(body, 0)),
    attributes: attributesOf(fields, 6),
  }
}

function spanOf(fields: Fields): Told {
  const status = bytesOf(fields, 15)
  const code = status === undefined ? 0 : Number(numberOf(fieldsOf(status), 3) ?? 0n)
  return {
    traceId: bytesOf(fields, 1)?.toString('hex') ?? '',
    at: numberOf(fields, 7) ?? 0n,
    endedAt: numberOf(fields, 8) ?? 0n,
    words: bytesOf(fields, 5)?.toString() ?? '',
    isFailed: code === FAILED,
    attributes: attributesOf(fields, 9),
  }
}

function attributesOf(fields: Fields, field: number, depth = 0): Record<string, unknown> {
  const pairs = messagesOf(fields, field).map((pair): [string, unknown] => {
    const known = fieldsOf(pair)
    const value = bytesOf(known, 2)
    return [bytesOf(known, 1)?.toString() ?? '', value === undefined ? null : anyValue(value, depth)]
  })
  return Object.fromEntries(pairs)
}

const DEEPEST = 8

/** Of `AnyValue`: text, yes or no, whole number, number, list, pairs, bytes. */
function anyValue(message: Buffer, depth: number): unknown {
  if (depth > DEEPEST) return '…'
  const fields = fieldsOf(message)
  const [[field, values] = [0, []]] = fields
  const value = values.at(-1)
  if (field === 5 && Buffer.isBuffer(value)) {
    return messagesOf(fieldsOf(value), 1).map((each) => anyValue(each, depth + 1))
  }
  if (field === 6 && Buffer.isBuffer(value)) return attributesOf(fieldsOf(value), 1, depth + 1)
  if (Buffer.isBuffer(value)) return field === 7 ? value.toString('hex') : value.toString()
  if (value === undefined) return null
  if (field === 2) return value !== 0n
  return field === 4 ? doubleOf(value) : Number(BigInt.asIntN(64, value))
}

function doubleOf(bits: bigint): number {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, bits))
  return bytes.readDoubleLE()
}

function fromJson(signal: 'logs' | 'traces', body: Buffer): Told[] {
  const [resources, scopes, records] =
    signal === 'logs' ? ['resourceLogs', 'scopeLogs', 'logRecords'] : ['resourceSpans', 'scopeSpans', 'spans']
  const all = listOf(JSON.parse(body.toString()), resources).flatMap((resource) => listOf(resource, scopes))
  return all.flatMap((scope) => listOf(scope, records)).map(signal === 'logs' ? jsonLog : jsonSpan)
}

function listOf(value: unknown, name: string): Json[] {
  const list = (value as Json | null)?.[name] ?? []
  if (!Array.isArray(list)) throw new TypeError(`expected a list in ${name}`)
  return list.filter((each) => typeof each === 'object' && each !== null) as Json[]
}

function jsonLog(log: Json): Told {
  return {
    traceId: textOf(log['traceId']).toLowerCase(),
    at: nanoseconds(log['timeUnixNano']) || nanoseconds(log['observedTimeUnixNano']),
    level: (log['severityText'] as string | undefined) || levelOfSeverity(Number(log['severityNumber'] ?? 0)),
    words: inWords(jsonValue(log['body'], 0)),
    attributes: jsonAttributes(log['attributes'], 0),
  }
}

function jsonSpan(span: Json): Told {
  const code = (span['status'] as Json | undefined)?.['code']
  return {
    traceId: textOf(span['traceId']).toLowerCase(),
    at: nanoseconds(span['startTimeUnixNano']),
    endedAt: nanoseconds(span['endTimeUnixNano']),
    words: textOf(span['name']),
    isFailed: code === FAILED || code === 'STATUS_CODE_ERROR',
    attributes: jsonAttributes(span['attributes'], 0),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Numbers of 64 bits are texts in JSON. */
function nanoseconds(value: unknown): bigint {
  return typeof value === 'string' && /^\d{1,20}$/.test(value)
    ? BigInt(value)
    : BigInt(Math.trunc(Number(value) || 0))
}

function jsonAttributes(value: unknown, depth: number): Record<string, unknown> {
  if (!Array.isArray(value)) return {}
  return Object.fromEntries(
    (value as Json[]).map((pair) => [String(pair?.['key']), jsonValue(pair?.['value'], depth)]),
  )
}

function jsonValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return null
  const [[kind, held] = ['', null]] = Object.entries(value as Json)
  if (kind === 'intValue') return Number(held)
  if (kind === 'arrayValue') return listOf(held, 'values').map((each) => jsonValue(each, depth + 1))
  return kind === 'kvlistValue' ? jsonAttributes((held as Json)?.['values'], depth + 1) : held
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
