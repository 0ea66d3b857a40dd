import { Connection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { Origin } from './origin.ts'
import { checkMethod, encodeBody, requestHead, type RequestOptions, standingHeaders } from './request.ts'
import type { HttpResponse } from './response.ts'
import type { Transport } from './transport.ts'
import { Url } from './url.ts'

/**
 * What a scenario's tasks ask with. Every call resolves whatever the status; a request without a whole answer
 * rejects with a `TransportError`. Each user has a client, and so connections, of its own.
 */
export interface Http {
  get(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  head(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  post(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  put(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  patch(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  delete(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  options(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  /** Any other method. `path` is appended to the host given with `-H`; a whole URL goes where it says. */
  request(method: string, path: string | Url, options?: RequestOptions): Promise<HttpResponse>
}

/** When the requests of an open load are due. */
export interface Timetable {
  /** When the one that is asked for now was due. */
  take(): number
}

const SLASH = 47
const NO_OPTIONS: RequestOptions = {}

/** The connections of one user: as many as it has requests at a time, kept open between them. */
export class HttpClient implements Http {
  readonly #transport: Transport
  readonly #home: Origin
  readonly #standing: string
  readonly #user: number
  readonly #idle: Connection[] = []
  /** Clients for other origins, made when a scenario names a whole URL. */
  #others: Map<string, HttpClient> | undefined
  #refusal: (() => Error) | undefined
  /** When its requests are due; in a closed load, when they are written. */
  #timetable: Timetable | undefined
  readonly #onIdle = (connection: Connection): void => {
    this.#idle.push(connection)
  }

  /** `user` is the number of the user whose requests these are. */
  constructor(home: Origin, transport: Transport, user = 0) {
    this.#home = home
    this.#user = user
    this.#transport = transport
    this.#standing = standingHeaders(home, transport.userAgent)
  }

  get(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('GET', path, options)
  }

  head(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('HEAD', path, options)
  }

  post(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('POST', path, options)
  }

  put(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('PUT', path, options)
  }

  patch(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('PATCH', path, options)
  }

  delete(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('DELETE', path, options)
  }

  options(path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    return this.#ask('OPTIONS', path, options)
  }

  async request(method: string, path: string | Url, options?: RequestOptions): Promise<HttpResponse> {
    checkMethod(method)
    return this.#ask(method, path, options)
  }

  /** From now on its requests are those of an open load. */
  follow(timetable: Timetable): void {
    this.#timetable = timetable
  }

  /** From now on every request is refused with this error, or with `undefined` none is. */
  refuse(refusal: (() => Error) | undefined): void {
    this.#refusal = refusal
  }

  /** Ends the connections that are idle. */
  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close('connection-closed')
    for (const other of this.#others?.values() ?? []) other.close()
  }

  /** The hot path: one promise, one exchange, one string. */
  #ask(method: string, path: string | Url, options: RequestOptions = NO_OPTIONS): Promise<HttpResponse> {
    if (this.#refusal !== undefined) return this.#refuseLater(this.#refusal)
    if (typeof path !== 'string' || path.charCodeAt(0) !== SLASH)
      return this.#askOtherwise(method, path, options)
    return new Promise((resolve, reject) => {
      const transport = this.#transport
      const body = encodeBody(options)
      const trace = transport.traces?.next()
      const wire = {
        method,
        path: this.#home.basePath + path,
        standing: this.#standing,
        trace,
        headers: options.headers,
        body,
      }
      const exchange: Exchange = {
        method,
        name: options.name ?? path,
        origin: this.#home,
        head: requestHead(wire),
        body: body?.content,
        requestBytes: body?.bytes ?? 0,
        traceId: trace?.traceId ?? '',
        user: this.#user,
        judging: options.check === undefined && options.accept === undefined ? undefined : options,
        dueAt: this.#timetable === undefined ? Number.NaN : this.#timetable.take(),
        startedAt: 0,
        endedAt: 0,
        connection: undefined,
        use: 0,
        sentAt: undefined,
        firstByteAt: undefined,
        resolve,
        reject,
      }
      transport.observer.started(exchange)
      this.#connection().send(exchange)
    })
  }

  #connection(): Connection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.usable) return idle
    }
    return new Connection(this.#home, this.#transport, this.#onIdle)
  }

  /** In a later turn of the event loop: a task that retries for ever must not stop the world. */
  #refuseLater(refusal: () => Error): Promise<never> {
    return new Promise((_, reject) => {
      this.#transport.clock.after(0, () => reject(refusal()))
    })
  }

  #askOtherwise(method: string, path: string | Url, options: RequestOptions): Promise<HttpResponse> {
    if (path instanceof Url) return this.#ask(method, path.path, { name: path.name, ...options })
    return this.#askElsewhere(method, path, options)
  }

  async #askElsewhere(method: string, url: string, options: RequestOptions): Promise<HttpResponse> {
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    if (parsed === undefined) {
      throw new TypeError(`expected a path that begins with / or a whole URL, got ${JSON.stringify(url)}`)
    }
    this.#others ??= new Map()
    let client = this.#others.get(parsed.origin)
    if (client === undefined) {
      client = new HttpClient(new Origin(parsed.origin), this.#transport, this.#user)
      if (this.#timetable !== undefined) client.follow(this.#timetable)
      this.#others.set(parsed.origin, client)
    }
    return client.#ask(method, parsed.pathname + parsed.search, { ...options, name: options.name ?? url })
  }
}
