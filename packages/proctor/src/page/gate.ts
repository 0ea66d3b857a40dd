import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { PageError } from './page-error.ts'

export interface GateOptions {
  /** Where the server listens. */
  readonly webHost: string
  /** `undefined` lets everybody in who may reach the server. */
  readonly token: string | undefined
}

/** Cookies know no ports: two pages of one machine need two names. */
function cookieOf(port: number): string {
  return `proctor-${port}`
}

/**
 * Who may. A page of another origin in the user's own browser is a stranger, and so is one whose name was bound to this
 * machine's address a moment ago: every call says under which name it reached us, every change from which page.
 */
export class Gate {
  readonly #names: ReadonlySet<string>
  readonly #token: string | undefined
  readonly #session = randomBytes(24).toString('base64url')

  constructor({ webHost, token }: GateOptions) {
    this.#names = new Set(['localhost', hostname().toLowerCase(), webHost.toLowerCase()])
    this.#token = token
  }

  /** Whether the token has to be shown once. */
  get isLocked(): boolean {
    return this.#token !== undefined
  }

  /** An address can't be bound anew, so any will do; a name has to be one of ours. */
  checkHost({ headers: { host } }: IncomingMessage): void {
    const name = nameOf(host)
    if (name !== undefined && (isIP(name) !== 0 || this.#names.has(name))) return
    throw new PageError(
      'wrong-host',
      `expected this server's name, got Host: ${host ?? 'none'}; start with --web-host NAME to be called so`,
    )
  }

  /** What a page of ours asks for; another's is refused even where it couldn't read the answer. */
  checkReader({ headers }: IncomingMessage): void {
    const site = headers['sec-fetch-site']
    if (site === undefined || site === 'same-origin' || site === 'none') return
    throw new PageError('wrong-origin', `expected a call from this page, got one from another (${site})`)
  }

  checkChange({ headers }: IncomingMessage): void {
    const { origin, host } = headers
    if (origin !== `http://${host}` && origin !== `https://${host}`) {
      throw new PageError('wrong-origin', `expected Origin: http://${host}, got ${origin ?? 'none'}`)
    }
    if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
      throw new PageError('bad-type', 'expected Content-Type: application/json')
    }
  }

  checkSession({ headers: { cookie = '' }, socket }: IncomingMessage): void {
    if (!this.isLocked) return
    const shown = cookie
      .split(';')
      .map((pair) => pair.trim().split('='))
      .find(([name]) => name === cookieOf(socket.localPort ?? 0))
    if (!isSame(shown?.[1] ?? '', this.#session)) {
      throw new PageError('no-session', 'open the link that the terminal shows: it carries the token')
    }
  }

  /** For the token, the cookie that opens all the rest. */
  enter(token: unknown, port: number): string {
    if (typeof token !== 'string' || !isSame(token, this.#token ?? '')) {
      throw new PageError('wrong-token', 'this is not the token of the server that runs now')
    }
    return `${cookieOf(port)}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`
  }
}

/** `[::1]:8089` as `::1`, `localhost:8089` as `localhost`; the port may be that of a tunnel. */
function nameOf(host: string | undefined): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d+)?$/.exec(host ?? '') ?? []
  return (bracketed ?? plain)?.toLowerCase()
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export function newToken(): string {
  return randomBytes(18).toString('base64url')
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
