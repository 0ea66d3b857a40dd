import type { Exchange } from './exchange.ts'
import { isInPieces } from './request.ts'
import type { RequestOptions } from './request-options.ts'
import { headerValues, type HttpResponse } from './response.ts'
import { TransportError } from './transport-error.ts'

/** Where an answer sends its request, and what is asked there. */
export interface Hop {
  readonly method: string
  readonly url: URL
  readonly options: RequestOptions
}

const FOLLOWED = new Set([301, 302, 303, 307, 308])
const USUAL_REDIRECTS = 10

/** Whether an answer leads on to another place. */
export function isRedirect({ status, head }: HttpResponse): boolean {
  return FOLLOWED.has(status) && headerValues(head, 'location').length > 0
}

/**
 * What an answer asks for in place of its request; `undefined` where it is to be handed over. Throws a `TransportError` when it
 * can't be followed. Source: RFC 9110, 15.4; where that leaves a choice, as browsers do (Fetch, "HTTP-redirect fetch").
 */
export function hopOf(exchange: Exchange, { status, head }: HttpResponse): Hop | undefined {
  const { options, hops } = exchange
  const { maxRedirects = USUAL_REDIRECTS } = options
  const [location] = headerValues(head, 'location')
  if (!FOLLOWED.has(status) || location === undefined || maxRedirects === 0) return undefined
  const url = targetOf(exchange, location)
  if (hops >= maxRedirects)
    throw new TransportError('too-many-redirects', `${maxRedirects} followed, the next to ${url.pathname}`)
  const turnsToGet = status === 303 ? exchange.method !== 'HEAD' : status < 303 && exchange.method === 'POST'
  const kept = turnsToGet ? withoutBody(options) : sameBody(options)
  return {
    method: turnsToGet ? 'GET' : exchange.method,
    url,
    options: url.origin === exchange.origin.origin ? kept : withoutSecrets(kept),
  }
}

function targetOf(exchange: Exchange, location: string): URL {
  const asked = exchange.origin.origin + exchange.target
  // Heads are read as latin1; what isn't ASCII in them is UTF-8 these days.
  const target = Buffer.from(location, 'latin1').toString('utf8')
  const url = URL.canParse(target, asked) ? new URL(target, asked) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '')
    throw new TransportError('bad-redirect', location.slice(0, 200))
  return url
}

/** A query belongs to the first path; the next has its own. */
function withoutBody(options: RequestOptions): RequestOptions {
  return withoutHeaders(without(options, ['json', 'body', 'form', 'multipart', 'query']), /^content-/i)
}

function sameBody(options: RequestOptions): RequestOptions {
  const { body } = options
  if (body !== undefined && isInPieces(body))
    throw new TransportError('bad-redirect', 'a body that came in pieces is gone, and can not be sent again')
  return without(options, ['query'])
}

function withoutSecrets(options: RequestOptions): RequestOptions {
  return withoutHeaders(without(options, ['auth']), SECRETS)
}

const SECRETS = /^(authorization|cookie|proxy-authorization|host)$/i

/** Those that another origin may see, too. */
export function publicHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRETS.test(name)))
}

function without(options: RequestOptions, keys: readonly string[]): RequestOptions {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !keys.includes(key)))
}

function withoutHeaders(options: RequestOptions, names: RegExp): RequestOptions {
  const { headers } = options
  if (headers === undefined) return options
  const kept = Object.entries(headers).filter(([name]) => !names.test(name))
  return { ...options, headers: Object.fromEntries(kept) }
}
