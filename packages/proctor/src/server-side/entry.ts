/** One thing that a service said, taken apart. */
export interface Entry {
  /** Milliseconds since the Unix epoch, by the service's clock. */
  readonly at: number | undefined
  readonly level: string | undefined
  readonly message: string
  readonly text: string
  /** Ids of requests that it tells of: 32 hexadecimal digits wherever they stand, and whatever stands in a field for an id. */
  readonly ids: readonly string[]
}

const TRACE_ID = /\b[\da-f]{32}\b|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi
const MOST_IDS = 4

/** Trace ids and the like that stand anywhere in a text, as they are sent: in small letters, without dashes. */
export function idsIn(text: string): string[] {
  const found = text.match(TRACE_ID)
  if (found === null) return []
  return found.length === 1 ? [normalId(found[0])] : [...new Set(found.slice(0, MOST_IDS).map(normalId))]
}

export function normalId(id: string): string {
  const plain = id.trim().toLowerCase()
  return /^[\da-f-]{36}$/.test(plain) ? plain.replaceAll('-', '') : plain
}

const WEIGHTS: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  notice: 35,
  warn: 40,
  error: 50,
  fatal: 60,
}

const SAME: Readonly<Record<string, string>> = {
  warning: 'warn',
  err: 'error',
  severe: 'error',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  information: 'info',
  informational: 'info',
}

/** A level by its name, or by the number that pino and bunyan give it. */
export function levelOf(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Object.keys(WEIGHTS).findLast((level) => value >= WEIGHTS[level]!) ?? 'trace'
  }
  if (typeof value !== 'string' || value === '') return undefined
  const word = value.trim().toLowerCase()
  return (SAME[word] ?? word).slice(0, 20)
}

export function isGrave(level: string | undefined): boolean {
  return level !== undefined && (WEIGHTS[level] ?? 0) >= WEIGHTS['warn']!
}

/** Seconds, milliseconds, microseconds or nanoseconds since the Unix epoch, or a date as text. In milliseconds. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d+(\.\d+)?$/.test(value)) {
    const at = Date.parse(value)
    return Number.isNaN(at) ? undefined : at
  }
  const number = Number(value)
  if (value === null || value === undefined || !(number > 1e8)) return undefined
  return [1e3, 1, 1e-3, 1e-6].map((factor) => number * factor).find((ms) => ms >= 1e11 && ms < 1e13)
}
