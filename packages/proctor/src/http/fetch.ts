import type { Http } from './http.ts'
import type { Judging } from './judging.ts'
import type { Origin } from './origin.ts'
import { isRedirect } from './redirect.ts'
import type { RequestOptions } from './request-options.ts'
import type { HttpResponse } from './response.ts'
import { TransportError } from './transport-error.ts'

/** What `fetch` takes, and what Proctor's own requests may say of names and checks. */
export interface FetchInit extends RequestInit, Judging {
  /** What reports group the request by; the path without its query unless given. */
  name?: string
}

/** The shape of the global `fetch`. */
export type Fetch = (input: string | URL | Request, init?: FetchInit) => Promise<Response>

/** Statuses that have no body. Source: the Fetch standard, "null body status". */
const NULL_BODY = new Set([204, 205, 304])

/**
 * `fetch` over a user's own client, for clients that take one: what they ask is counted and timed like all else. A path without a host
 * goes to the host of the run. What gets no answer rejects with a `TypeError` whose cause says why.
 *
 * @internal
 */
export function fetchThrough(http: Http, home: Origin): Fetch {
  return async (input, init = {}) => {
    const { method, url, options, signal } = await plain(input, init, home)
    signal?.throwIfAborted()
    const { name = url.pathname, accept, check } = init
    const redirect = init.redirect ?? (input instanceof Request ? input.redirect : 'follow')
    const judged = redirect === 'error' ? unlessRedirected(check) : check
    const judging = { ...(accept && { accept }), ...(judged && { check: judged }) }
    const hops = redirect === 'follow' ? {} : { maxRedirects: 0 }
    const target = isAtHome(url, home) ? pathAtHome(url, home) : url.href
    const answer = http
      .request(method, target, { ...options, ...judging, ...hops, name })
      .catch((error: unknown) => {
        throw error instanceof TransportError ? new TypeError('fetch failed', { cause: error }) : error
      })
    const response = await (signal ? unlessAborted(answer, signal) : answer)
    if (redirect === 'error' && isRedirect(response))
      throw new TypeError('fetch failed', { cause: new TransportError('bad-redirect', REDIRECTED) })
    return asResponse(response, url)
  }
}

const REDIRECTED = 'the answer redirects'

/** An answer that redirects is a failure; what else the request says of its answers is asked of the others. */
function unlessRedirected(check: Judging['check']): Judging['check'] {
  return (response) => (isRedirect(response) ? REDIRECTED : check?.(response))
}

interface Plain {
  readonly method: string
  readonly url: URL
  readonly options: RequestOptions
  readonly signal: AbortSignal | null | undefined
}

/** Text to a URL needs no `Request`, which would cost more than all the rest. */
async function plain(input: string | URL | Request, init: FetchInit, home: Origin): Promise<Plain> {
  const { body, headers = {}, method = 'GET', signal } = init
  const isPlain =
    !(input instanceof Request) && (body === undefined || body === null || typeof body === 'string')
  if (!isPlain || Array.isArray(headers) || headers instanceof Headers) return await asked(input, init, home)
  const url = new URL(input, home.origin)
  const typed =
    typeof body === 'string' ? { 'content-type': 'text/plain;charset=UTF-8', ...lowered(headers) } : headers
  const options = { headers: typed as Record<string, string>, ...(typeof body === 'string' && { body }) }
  return { method: method.toUpperCase(), url, options, signal }
}

async function asked(input: string | URL | Request, init: FetchInit, home: Origin): Promise<Plain> {
  const request = new Request(input instanceof Request ? input : new URL(input, home.origin), init)
  const bytes = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  const options = { headers: Object.fromEntries(request.headers), ...(bytes && { body: bytes }) }
  return { method: request.method, url: new URL(request.url), options, signal: init.signal }
}

function lowered(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}

function isAtHome(url: URL, { origin, basePath }: Origin): boolean {
  return url.origin === origin && `${url.pathname}/`.startsWith(`${basePath}/`)
}

/** The client puts the base path before what it is asked. */
function pathAtHome(url: URL, { basePath }: Origin): string {
  const path = url.pathname.slice(basePath.length) + url.search
  return path.startsWith('/') ? path : `/${path}`
}

function asResponse(answer: HttpResponse, url: URL): Response {
  const { status, head } = answer
  const statusText = /^\S+ \d+ (.*)/.exec(head)?.[1]?.trim() ?? ''
  const body = NULL_BODY.has(status) ? null : new Uint8Array(answer.body)
  const response = new Response(body, { status, statusText, headers: answer.headers })
  return Object.defineProperty(response, 'url', { value: url.href })
}

/** The exchange goes on, and is counted; who asked no longer waits. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([answer, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
