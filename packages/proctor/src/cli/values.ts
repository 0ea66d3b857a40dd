import { isIP } from 'node:net'
import type { Stage } from '../shape/profile.ts'
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

/** IPv4 and IPv6, by comma. */
export function parseAddresses(text: string): string[] {
  const addresses = text.split(',')
  if (!addresses.every((address) => isIP(address) !== 0))
    throw expected('addresses such as 10.0.0.1,10.0.0.2', text)
  return addresses
}

export function parseUsers(text: string): number {
  const users = /^\d+$/.test(text) ? Number(text) : 0
  if (users < 1 || users > MOST_USERS) throw expected('a whole number from 1 to 1000000', text)
  return users
}

export function parseSpawnRate(text: string): number {
  const rate = parseDecimal(text)
  if (rate !== undefined && rate > 0 && rate <= MOST_USERS) return rate
  throw expected('users per second, more than 0, at most 1000000, such as 5 or 0.5', text)
}

/** `Reader=3`. */
export function parseWeight(text: string): Record<string, number> {
  const [name = '', weight = ''] = text.split('=')
  const value = parseDecimal(weight)
  if (!/^[\w$]+$/.test(name) || value === undefined)
    throw expected('a user class and its weight, such as Reader=3', text)
  return { [name]: value }
}

export interface Arrivals {
  /** Absent where stages say the rate. */
  readonly perSecond?: number
  readonly spacing: 'poisson' | 'uniform'
}

const MOST_ARRIVALS = 1_000_000

/** `500/s` or `500/s,uniform`; `poisson` or `uniform` alone where stages say the rate. */
export function parseArrivals(text: string): Arrivals {
  if (isSpacing(text)) return { spacing: text }
  const [rate = '', spacing = 'poisson', ...rest] = text.split(',')
  const perSecond = rate.endsWith('/s') ? (parseDecimal(rate.slice(0, -2)) ?? 0) : 0
  if (!isSpacing(spacing) || rest.length > 0 || perSecond <= 0 || perSecond > MOST_ARRIVALS) {
    throw expected('arrivals such as 500/s or 500/s,uniform, at most 1000000/s', text)
  }
  return { perSecond, spacing }
}

function isSpacing(text: string): text is Arrivals['spacing'] {
  return text === 'poisson' || text === 'uniform'
}

/** `30s:100,5m:100,5m30s:0`: what is reached when, in rising order. */
export function parseStages(text: string): Stage[] {
  const points = text.split(',').map((part): Stage => {
    const [, at = '', value = ''] = /^([^:]+):(\d+(?:\.\d+)?)$/.exec(part.trim()) ?? []
    if (at === '') throw expected('stages such as 30s:100,5m:100,5m30s:0', text)
    if (Number(value) > MOST_USERS) throw expected('stages of at most 1000000', text)
    return { atMs: parseDuration(at), value: Number(value) }
  })
  if (points.some(({ atMs }, index) => atMs < (points[index - 1]?.atMs ?? 0)) || points.at(-1)!.atMs === 0) {
    throw expected('stages at rising times since the start, such as 30s:100,5m:100', text)
  }
  return points
}

export interface MaxUsers {
  readonly maxUsers: number
  readonly whenBusy: 'late' | 'missed'
}

/** `1000`, or `1000,missed`. */
export function parseMaxUsers(text: string): MaxUsers {
  const [users = '', whenBusy = 'late', ...rest] = text.split(',')
  if (rest.length > 0 || !(whenBusy === 'late' || whenBusy === 'missed')) {
    throw expected('a number of users such as 1000, or 1000,missed', text)
  }
  return { maxUsers: parseUsers(users), whenBusy }
}

export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && Number.isSafeInteger(count)) return count
  throw expected('a whole number from 1 to 9007199254740991', text)
}

const MOST_THREADS = 256

export function parseThreads(text: string): number {
  const threads = /^\d+$/.test(text) ? Number(text) : 0
  if (threads >= 1 && threads <= MOST_THREADS) return threads
  throw expected('a whole number from 1 to 256', text)
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

export function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw expected('a port from 0 (any that is free) to 65535', text)
}

const LEAST_TOKEN = 16

/** What can stand in a link and in a cookie, and can't be guessed. */
export function parseToken(text: string): string {
  if (/^[\w-]+$/.test(text) && text.length >= LEAST_TOKEN) return text
  throw expected(`a token of at least ${LEAST_TOKEN} letters, digits, - and _`, '(not shown)')
}

function parseDecimal(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function expected(what: string, got: string): UsageError {
  return new UsageError(`expected ${what}, got ${JSON.stringify(got)}`)
}
