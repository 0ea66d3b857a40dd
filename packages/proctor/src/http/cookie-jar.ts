import { isIP } from 'node:net'
import { TransportError } from './transport-error.ts'

/** One cookie. Source: RFC 6265bis, 5.6 and 5.7. */
interface Cookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  /** Of exactly this host, not of those below it. */
  readonly isHostOnly: boolean
  readonly path: string
  readonly isSecure: boolean
  /** Milliseconds since the Unix epoch; `Infinity` lasts as long as the user. */
  readonly expiresAt: number
}

/** From where a cookie came, or to where it may be sent. */
export interface CookieSite {
  readonly host: string
  readonly isSecure: boolean
  /** Without query. */
  readonly path: string
  /** Milliseconds since the Unix epoch. */
  readonly now: number
}

/** Longer cookies are left out, as browsers do. */
const MAX_COOKIE = 4096
/** All of one user together: what is more fails the request that brought it. */
export const MAX_JAR = 32 * 1024

/**
 * The cookies of one user, by the rules of RFC 6265bis. There is no list of public suffixes: a server may set a cookie for every
 * domain above it that has a dot.
 */
export class CookieJar {
  /** In the order in which they were first set. */
  readonly #cookies = new Map<string, Cookie>()
  #length = 0

  /** Takes the value of one `Set-Cookie`. Throws a `TransportError` when there are too many. */
  set(header: string, site: CookieSite): void {
    const cookie = parseCookie(header, site)
    if (cookie === undefined) return
    const key = `${cookie.domain};${cookie.path};${cookie.name}`
    this.#drop(key)
    if (cookie.expiresAt <= site.now) return
    this.#cookies.set(key, cookie)
    this.#length += lengthOf(cookie)
    if (this.#length > MAX_JAR) this.#overflow(key, site)
  }

  /** The value of `Cookie`, longer paths first; `undefined` where there is none to send. */
  headerFor(site: CookieSite): string | undefined {
    if (this.#cookies.size === 0) return undefined
    this.#expire(site.now)
    const matching = [...this.#cookies.values()].filter((cookie) => matches(cookie, site))
    if (matching.length === 0) return undefined
    return matching
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
      .join('; ')
  }

  #overflow(newest: string, site: CookieSite): void {
    this.#expire(site.now)
    if (this.#length <= MAX_JAR) return
    this.#drop(newest)
    throw new TransportError('too-many-cookies', `${MAX_JAR / 1024} KiB of a user`)
  }

  #expire(now: number): void {
    for (const [key, { expiresAt }] of this.#cookies) if (expiresAt <= now) this.#drop(key)
  }

  #drop(key: string): void {
    const cookie = this.#cookies.get(key)
    if (cookie === undefined) return
    this.#cookies.delete(key)
    this.#length -= lengthOf(cookie)
  }
}

function lengthOf({ name, value, domain, path }: Cookie): number {
  return name.length + value.length + domain.length + path.length
}

function parseCookie(header: string, site: CookieSite): Cookie | undefined {
  const [pair = '', ...rest] = header.split(';')
  const equals = pair.indexOf('=')
  const name = equals < 0 ? '' : own(pair.slice(0, equals))
  const value = own(pair.slice(equals + 1))
  if (name.length + value.length === 0 || name.length + value.length > MAX_COOKIE) return undefined
  const attributes = attributesOf(rest)
  const domain = domainOf(attributes.get('domain'), site.host)
  const path = attributes.get('path')
  const isSecure = attributes.has('secure')
  const cookie = {
    name,
    value,
    domain: domain ?? site.host,
    isHostOnly: domain === undefined || isIP(site.host) !== 0,
    path: path?.startsWith('/') === true ? path : defaultPath(site.path),
    isSecure,
    expiresAt: expiryOf(attributes, site.now),
  }
  const isAllowed = !isSecure || isTrusted(site)
  return isAllowed && isOf(cookie.domain, site.host) && hasItsPrefix(cookie, domain, path)
    ? cookie
    : undefined
}

/** What was cut from an answer would keep all of that read in memory. */
function own(text: string): string {
  return Buffer.from(text.trim(), 'latin1').toString('latin1')
}

function attributesOf(parts: readonly string[]): Map<string, string> {
  return new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.trim().toLowerCase(), own(value.join('='))]
    }),
  )
}

function domainOf(attribute: string | undefined, host: string): string | undefined {
  const domain = attribute?.replace(/^\./, '').toLowerCase()
  if (domain === undefined || domain === '') return undefined
  // A single label would be a cookie for all of a top-level domain.
  return domain === host || domain.includes('.') ? domain : NOBODYS
}

const NOBODYS = '.'

/** `Max-Age` outweighs `Expires`. */
function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const seconds = attributes.get('max-age')
  if (seconds !== undefined && /^-?\d+$/.test(seconds))
    return Number(seconds) > 0 ? now + Number(seconds) * 1000 : 0
  const date = Date.parse(attributes.get('expires') ?? '')
  return Number.isNaN(date) ? Infinity : date
}

/** The path of the request up to its last slash. */
function defaultPath(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}

/** `__Secure-` and `__Host-` promise how a cookie was set. */
function hasItsPrefix({ name, isSecure, isHostOnly }: Cookie, domain?: string, path?: string): boolean {
  if (/^__secure-/i.test(name)) return isSecure
  if (/^__host-/i.test(name)) return isSecure && isHostOnly && domain === undefined && path === '/'
  return true
}

function matches(cookie: Cookie, site: CookieSite): boolean {
  if (cookie.isSecure && !isTrusted(site)) return false
  const isOfHost = cookie.isHostOnly ? cookie.domain === site.host : isOf(cookie.domain, site.host)
  return isOfHost && isBelow(cookie.path, site.path)
}

function isOf(domain: string, host: string): boolean {
  return domain === host || (host.endsWith(`.${domain}`) && isIP(host) === 0)
}

function isBelow(path: string, asked: string): boolean {
  return (
    asked.startsWith(path) &&
    (path.endsWith('/') || asked.length === path.length || asked[path.length] === '/')
  )
}

/** Browsers take this machine for secure, too. */
function isTrusted({ host, isSecure }: CookieSite): boolean {
  return isSecure || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
