import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type Clock, systemClock } from '../../src/clock/clock.ts'
import { HttpClient } from '../../src/http/client.ts'
import type { Exchange, ExchangeObserver } from '../../src/http/exchange.ts'
import { Origin } from '../../src/http/origin.ts'
import type { HttpResponse } from '../../src/http/response.ts'
import { Transport, type TransportOptions } from '../../src/http/transport.ts'
import { TransportError } from '../../src/http/transport-error.ts'

/** Counts what it is told, and who was told what. */
export class Witness implements ExchangeObserver {
  readonly begun: Exchange[] = []
  readonly ended: { exchange: Exchange; outcome: HttpResponse | TransportError }[] = []

  started(exchange: Exchange): void {
    this.begun.push(exchange)
  }

  answered(exchange: Exchange, response: HttpResponse): void {
    this.ended.push({ exchange, outcome: response })
  }

  failed(exchange: Exchange, error: TransportError): void {
    this.ended.push({ exchange, outcome: error })
  }
}

export interface RigOptions extends Partial<TransportOptions> {
  host?: string
  path?: string
}

/** A client, and a raw server on a free port of this machine; `await using` closes both. */
export class Rig implements AsyncDisposable {
  readonly witness = new Witness()
  readonly transport: Transport
  readonly client: HttpClient
  readonly url: string
  readonly #server: RawServer | undefined

  constructor(url: string, server: RawServer | undefined, options: Partial<TransportOptions> = {}) {
    this.url = url
    this.#server = server
    this.transport = new Transport({
      clock: systemClock,
      observer: this.witness,
      userAgent: 'rig',
      timeoutMs: 5_000,
      traceSampledShare: undefined,
      ...options,
    })
    this.client = new HttpClient(new Origin(url), this.transport)
  }

  static async serving(serve: Serve, options?: RigOptions): Promise<Rig> {
    return await Rig.connecting((socket) => readRequests(socket, serve), options)
  }

  /** For servers that do not even read. */
  static async connecting(
    take: (socket: Socket) => void,
    { host = '127.0.0.1', path = '', ...options }: RigOptions = {},
  ): Promise<Rig> {
    const server = await RawServer.listen(take, host)
    const name = host.includes(':') ? `[${host}]` : host
    return new Rig(`http://${name}:${server.port}${path}`, server, options)
  }

  /** Connections the server has taken so far. */
  get connections(): number {
    return this.#server?.connections ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.transport.close('interrupted')
    await this.#server?.close()
  }
}

/** Told of each request once it is whole, by its `Content-Length`; `nth` counts the requests of the connection from 1. */
export type Serve = (request: RawRequest, socket: Socket, nth: number) => void

export interface RawRequest {
  line: string
  headers: [string, string][]
  body: Buffer
  /** When its last byte was read, by `performance.now()`. */
  at: number
}

class RawServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  connections = 0

  private constructor(take: (socket: Socket) => void) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections += 1
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      // A client that goes away is part of many tests.
      socket.on('error', () => {})
      take(socket)
    })
  }

  static async listen(take: (socket: Socket) => void, host: string): Promise<RawServer> {
    const server = new RawServer(take)
    server.#server.listen(0, host)
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function readRequests(socket: Socket, serve: Serve): void {
  let nth = 0
  let bytes = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    const at = performance.now()
    bytes = Buffer.concat([bytes, data])
    for (let taken = takeRequest(bytes, at); taken !== undefined; taken = takeRequest(bytes, at)) {
      bytes = taken.rest
      serve(taken.request, socket, ++nth)
    }
  })
}

function takeRequest(
  bytes: Buffer,
  at: number,
): { request: RawRequest; rest: Buffer<ArrayBuffer> } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers = lines.map((header): [string, string] => {
    const colon = header.indexOf(': ')
    return [header.slice(0, colon), header.slice(colon + 2)]
  })
  const length = Number(headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? 0)
  if (bytes.length < end + 4 + length) return undefined
  const body = Buffer.from(bytes.subarray(end + 4, end + 4 + length))
  return { request: { line, headers, body, at }, rest: Buffer.from(bytes.subarray(end + 4 + length)) }
}

export function ok(body = 'ok'): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** The code of the transport error that a request fails with, or what else came of it. */
export async function fate(request: Promise<HttpResponse>): Promise<string> {
  try {
    return String((await request).status)
  } catch (error) {
    return error instanceof TransportError ? error.code : String(error)
  }
}

/** Turns of the event loop until `condition` holds; a test that waits for what never comes fails after a second. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 1_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** A clock turned by hand. */
export class FakeClock implements Clock {
  /** Not 0, which an exchange bears before it is sent. */
  #now = 5_000
  readonly #pending = new Set<{ due: number; callback: () => void }>()

  now(): number {
    return this.#now
  }

  wallTime(reading: number): number {
    return reading
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { due: this.#now + delayMs, callback }
    this.#pending.add(entry)
    return () => this.#pending.delete(entry)
  }

  nextTurn(callback: () => void): () => void {
    return this.after(0, callback)
  }

  get pending(): number {
    return this.#pending.size
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      this.#pending.delete(next)
      this.#now = next.due
      next.callback()
    }
    this.#now = end
  }

  #nextDue(end: number): { due: number; callback: () => void } | undefined {
    return [...this.#pending].filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)[0]
  }
}
