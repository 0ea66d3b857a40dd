import { UsageError } from './usage-error.ts'

/** What people type behind a flag, made into data. Each throws what was expected when it is something else. */

/** What a timer can be set to: 2^31 ms. */
const LONGEST_MS = 24 * 24 * 3_600_000
const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `60s`, `5m`, `1h30m`, `500ms`; a number alone is seconds. In milliseconds. */
export function parseDuration(text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : sumOfUnits(text)
  if (ms === undefined) throw expected('a duration such as 60s, 5m or 1h30m', text)
  if (ms > LONGEST_MS) throw expected('a duration of at most 24 days (576h)', text)
  return ms
}

/** A duration that is more than nothing. */
export function parsePositiveDuration(text: string): number {
  const ms = parseDuration(text)
  if (ms === 0) throw expected('a duration of more than 0', text)
  return ms
}

function sumOfUnits(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit!]!, 0)
}

const MOST_USERS = 1_000_000

export function parseUsers(text: string): number {
  const users = /^\d+$/.test(text) ? Number(text) : 0
  if (users < 1 || users > MOST_USERS) throw expected('a whole number from 1 to 1000000', text)
  return users
}

export function parseSpawnRate(text: string): number {
  const rate = parseDecimal(text)
  if (rate === undefined || rate <= 0) throw expected('users per second, more than 0, such as 5 or 0.5', text)
  return rate
}

export function parseShare(text: string): number {
  const share = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : parseDecimal(text)
  if (share === undefined || share > 1) throw expected('a share such as 1% or 0.01', text)
  return share
}

/** A whole number that a run can be repeated with. */
export function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(seed)) throw expected('a whole number from 0 to 9007199254740991', text)
  return seed
}

function parseDecimal(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function expected(what: string, got: string): UsageError {
  return new UsageError(`expected ${what}, got ${JSON.stringify(got)}`)
}
