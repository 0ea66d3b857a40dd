import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { json } from 'node:stream/consumers'
import { takesZipped } from './answer.ts'
import { EventStream } from './event-stream.ts'
import { Gate } from './gate.ts'
import { PageError } from './page-error.ts'
import { pageUrls } from './page-urls.ts'
import type { RoutesOptions } from './route.ts'
import { type Routes, routesOf } from './routes.ts'
import type { Problem } from './wire.ts'

export interface PageServerOptions extends RoutesOptions {
  readonly webHost: string
  /** 0 is any that is free. */
  readonly webPort: number
  /** `undefined` lets everybody in who may reach the server. */
  readonly token: string | undefined
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const MOST_BODY_BYTES = 64 * 1024

/** The page: its files, the run's events, and what can be asked and changed. */
export class PageServer {
  readonly #options: PageServerOptions
  readonly #server: Server
  readonly #gate: Gate
  readonly #events: EventStream
  readonly #routes: Routes

  constructor(options: PageServerOptions) {
    this.#options = options
    this.#gate = new Gate(options)
    this.#events = new EventStream(options.control, options.clock)
    this.#routes = routesOf(options)
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  /** Resolves to the links to it; rejects with the system's error, such as `EADDRINUSE`. */
  async listen(): Promise<[string, ...string[]]> {
    const { webHost, webPort } = this.#options
    this.#server.listen(webPort, webHost)
    await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo
    return pageUrls(webHost, port, networkInterfaces())
  }

  async close(): Promise<void> {
    this.#events.close()
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    try {
      await this.#route(request, response)
    } catch (error) {
      answerProblem(response, error)
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#gate.checkHost(request)
    const { pathname } = new URL(request.url ?? '/', 'http://page')
    if (!pathname.startsWith('/api/')) return this.#sendFile(request, response, pathname)
    this.#gate.checkReader(request)
    const isRead = request.method === 'GET'
    if (!isRead) this.#gate.checkChange(request)
    if (pathname === '/api/session') return this.#enter(request, response)
    this.#gate.checkSession(request)
    if (pathname === '/api/events') return this.#events.open(request, response)
    await this.#routes(request, response, pathname, isRead ? undefined : () => bodyOf(request))
  }

  async #enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = (await bodyOf(request)) as { token?: unknown }
    response.setHeader('set-cookie', this.#gate.enter(token, request.socket.localPort ?? 0))
    response.writeHead(204).end()
  }

  #sendFile(request: IncomingMessage, response: ServerResponse, path: string): void {
    const file = this.#options.files.get(path)
    if (file === undefined) throw new PageError('not-found', `there is no ${path}`)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new PageError('wrong-method', 'expected GET')
    const isZipped = takesZipped(request)
    response.setHeader('content-type', file.type)
    if (isZipped) response.setHeader('content-encoding', 'gzip')
    response.end(isZipped ? file.zipped : file.body)
  }
}

/** An object of JSON, bounded in size. */
async function bodyOf(request: IncomingMessage): Promise<object> {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_BODY_BYTES)
      request.destroy(new PageError('too-large', `expected at most ${MOST_BODY_BYTES} bytes`))
  })
  try {
    const body = await json(request)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch (error) {
    if (error instanceof PageError) throw error
  }
  throw new PageError('bad-json', 'expected an object of JSON')
}

function answerProblem(response: ServerResponse, error: unknown): void {
  const known = error instanceof PageError
  const problem: Problem = known
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: `a defect of Proctor: ${String(error)}` }
  if (response.headersSent) return void response.destroy()
  response.writeHead(known ? error.status : 500, { 'content-type': 'application/json' })
  response.end(JSON.stringify(problem))
}
