import { Connection } from './connection.ts'
import type { Asker, Exchange } from './exchange.ts'
import type { ClientSettings, Http } from './http.ts'
import { Http2Connection } from './http2-connection.ts'
import { Origin } from './origin.ts'
import { ACCEPT_ENCODING, decoded } from './content-coding.ts'
import { CookieJar, type CookieSite } from './cookie-jar.ts'
import { withAuth, withQuery } from './form.ts'
import { type Handshake, openWebSocket, type WebSocketOptions } from './open-web-socket.ts'
import { type Hop, hopOf, publicHeaders } from './redirect.ts'
import {
  checkedHeader,
  checkMethod,
  encodeBody,
  requestHead,
  requestTarget,
  standingHeaders,
} from './request.ts'
import type { Credentials, RequestOptions } from './request-options.ts'
import { headerLines, headerValues, type HttpResponse } from './response.ts'
import { HAS_COOKIE, HAS_ENCODING, HAS_LOCATION } from './response-head.ts'
import type { Transport } from './transport.ts'
import { TransportError } from './transport-error.ts'
import { Url } from './url.ts'
import type { WebSocketSession } from './web-socket.ts'

/** When the requests of an open load are due. */
export interface Timetable {
  /** When the one that is asked for now was due. */
  take(): number
}

const SLASH = 47
const NO_OPTIONS: RequestOptions = {}
/** Whoever redirects to ever other hosts must not make a user hold connections to all of them. */
const MAX_OTHERS = 20

interface ClientParts extends ClientSettings {
  /** The number of the user whose requests these are. */
  readonly user?: number
  /** The user's first client, where this is one for another origin. */
  readonly root?: HttpClient
}

/** The connections of one user: as many as it has requests at a time, kept open between them. */
export class HttpClient implements Http, Asker {
  readonly #transport: Transport
  readonly #home: Origin
  #standing: string
  /** What every request of the user bears, credentials left out. */
  #headers: Record<string, string>
  #auth: Credentials | undefined
  readonly #user: number
  readonly #idle: Connection[] = []
  /** Clients for other origins, made when a scenario names a whole URL. */
  #others: Map<string, HttpClient> | undefined
  /** The user's client for the host given with `-H`; the others serve it. */
  readonly #root: HttpClient
  /** The user's cookies, the same for all origins; made with the first that is set. */
  #jar: CookieJar | undefined
  #sessions: Set<WebSocketSession> | undefined
  #http2: Http2Connection | undefined
  #refusal: (() => Error) | undefined
  /** When its requests are due; in a closed load, when they are written. */
  #timetable: Timetable | undefined
  readonly #onIdle = (connection: Connection): void => {
    this.#idle.push(connection)
  }

  constructor(home: Origin, transport: Transport, { user = 0, root, headers = {}, auth }: ClientParts = {}) {
    this.#home = home
    this.#user = user
    this.#root = root ?? this
    this.#transport = transport
    this.#headers = headers
    this.#auth = auth
    this.#standing = standingHeaders(home, transport.userAgent, withAuth(headers, auth))
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

  async webSocket(target: string | Url, options: WebSocketOptions = {}): Promise<WebSocketSession> {
    if (this.#refusal !== undefined) return this.#refuseLater(this.#refusal)
    const { path, name } = typeof target === 'string' ? { path: target, name: target } : target
    const elsewhere = path.startsWith('/') ? undefined : new URL(path.replace(/^ws/, 'http'))
    const client = elsewhere === undefined ? this : this.#clientFor(elsewhere)
    const asked = elsewhere === undefined ? this.#home.basePath + path : elsewhere.pathname + elsewhere.search
    const session = await openWebSocket(client.#handshake(asked, options.name ?? name, options))
    const sessions = (this.#sessions ??= new Set())
    sessions.add(session)
    void session.closed.then(() => sessions.delete(session))
    return session
  }

  setDefaults({ headers = {}, auth = this.#auth }: ClientSettings): void {
    const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
    const kept = Object.entries(this.#headers).filter(([name]) => !replaced.has(name.toLowerCase()))
    const all = { ...Object.fromEntries(kept), ...headers }
    this.#standing = standingHeaders(this.#home, this.#transport.userAgent, withAuth(all, auth))
    this.#headers = all
    this.#auth = auth
    for (const other of this.#others?.values() ?? []) other.setDefaults({ headers: publicHeaders(headers) })
  }

  #handshake(path: string, name: string, options: WebSocketOptions): Handshake {
    const transport = this.#transport
    const { auth, query = {}, headers } = options
    const lines = this.#standing + this.#extraLines(path, {}) + (transport.traces?.next() ?? '')
    const own = headerLines(lines).filter(([each]) => each.toLowerCase() !== 'host')
    return {
      transport,
      origin: this.#home,
      user: this.#user,
      path: withQuery(path, query),
      name,
      headers: { ...Object.fromEntries(own), ...withAuth(headers, auth) },
      options,
      takeDueAt: () => this.#timetable?.take() ?? Number.NaN,
      refusal: () => this.#root.#refusal?.(),
      onCookie: (cookie) => this.#keepCookie(cookie, this.#site(path)),
    }
  }

  /** From now on its requests are those of an open load. */
  follow(timetable: Timetable): void {
    this.#timetable = timetable
  }

  /** From now on every request is refused with this error, or with `undefined` none is. */
  refuse(refusal: (() => Error) | undefined): void {
    this.#refusal = refusal
  }

  /** Ends the connections that are idle, and the WebSockets. */
  close(): void {
    this.#http2?.close()
    for (const session of this.#sessions ?? []) void session.close(1001)
    for (const connection of this.#idle.splice(0)) connection.close('connection-closed')
    for (const other of this.#others?.values() ?? []) other.close()
  }

  /** Takes an answer whose headers ask for more: keeps its cookies, decodes its body, follows where it leads. */
  settle(exchange: Exchange, answer: HttpResponse, marks: number): void {
    const { observer } = this.#transport
    let response = answer
    let hop: Hop | undefined
    try {
      if ((marks & HAS_COOKIE) !== 0) this.#keepCookies(exchange, answer)
      if ((marks & HAS_ENCODING) !== 0) response = decoded(answer)
      if ((marks & HAS_LOCATION) !== 0) hop = hopOf(exchange, response)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      exchange.reject(error)
      return observer.failed(exchange, error)
    }
    if (hop === undefined) exchange.resolve(response)
    // What a scenario expects, it expects of the answer that it is given.
    else exchange.judging = undefined
    observer.answered(exchange, response)
    if (hop !== undefined) this.#follow(exchange, hop)
  }

  /** The hot path: one promise, one exchange, one string. */
  #ask(method: string, path: string | Url, options: RequestOptions = NO_OPTIONS): Promise<HttpResponse> {
    if (this.#refusal !== undefined) return this.#refuseLater(this.#refusal)
    if (typeof path !== 'string' || path.charCodeAt(0) !== SLASH)
      return this.#askOtherwise(method, path, options)
    return new Promise((resolve, reject) => {
      const name = options.name ?? path
      this.#start({ method, path: this.#home.basePath + path, name, options, hops: 0, resolve, reject })
    })
  }

  #start({ method, path, name, options, hops, resolve, reject }: Question): void {
    const transport = this.#transport
    const body = encodeBody(options)
    const target = requestTarget(options.query === undefined ? path : withQuery(path, options.query))
    const trace = transport.traces === undefined ? '' : transport.traces.next()
    const extra = options === NO_OPTIONS && this.#jar === undefined ? '' : this.#extraLines(path, options)
    const headers = options.auth === undefined ? options.headers : withAuth(options.headers, options.auth)
    const head = requestHead({ method, target, standing: this.#standing, own: extra + trace, headers, body })
    const exchange: Exchange = {
      method,
      name,
      origin: this.#home,
      target,
      head,
      body: body?.content,
      requestBytes: body === undefined ? 0 : Math.max(0, body.bytes),
      options,
      judging: options.check === undefined && options.accept === undefined ? undefined : options,
      hops,
      asker: this,
      user: this.#user,
      dueAt: this.#timetable === undefined ? Number.NaN : this.#timetable.take(),
      startedAt: transport.clock.now(),
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
  }

  /** Headers that few requests have. */
  #extraLines(path: string, { compressed }: RequestOptions): string {
    const cookie = this.#jar?.headerFor(this.#site(path))
    return (
      (cookie === undefined ? '' : checkedHeader('Cookie', cookie)) +
      (compressed === true ? `Accept-Encoding: ${ACCEPT_ENCODING}\r\n` : '')
    )
  }

  #site(path: string): CookieSite {
    const { host, isSecure } = this.#home
    const { clock } = this.#transport
    return { host, isSecure, path: path.split('?', 1)[0]!, now: clock.wallTime(clock.now()) }
  }

  #keepCookies({ target }: Exchange, answer: HttpResponse): void {
    const site = this.#site(target)
    for (const cookie of headerValues(answer.head, 'set-cookie')) this.#keepCookie(cookie, site)
  }

  #keepCookie(cookie: string, site: CookieSite): void {
    if (this.#jar === undefined) this.#root.#shareJar(new CookieJar())
    this.#jar!.set(cookie, site)
  }

  #shareJar(jar: CookieJar): void {
    this.#jar = jar
    for (const other of this.#others?.values() ?? []) other.#jar = jar
  }

  /** The next request of a chain of redirects: it ends what the first has begun. Not named by where it goes: services put ids there. */
  #follow({ name, hops, resolve, reject }: Exchange, hop: Hop): void {
    const root = this.#root
    if (root.#refusal !== undefined) return reject(root.#refusal())
    const { method, url } = hop
    const question = {
      method,
      path: url.pathname + url.search,
      name: hops === 0 ? `${name} (redirect)` : name,
      options: hop.options,
      hops: hops + 1,
    }
    try {
      root.#clientFor(url).#start({ ...question, resolve, reject })
    } catch (error) {
      reject(error as Error)
    }
  }

  #connection(): Connection | Http2Connection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.usable) return idle
    }
    return this.#transport.http2 ? this.#shared() : new Connection(this.#home, this.#transport, this.#onIdle)
  }

  /** The one connection of HTTP/2, which is never idle in the sense of the others. */
  #shared(): Http2Connection {
    if (this.#http2?.usable !== true) this.#http2 = new Http2Connection(this.#home, this.#transport)
    return this.#http2
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
    const named = { ...options, name: options.name ?? url }
    const path = parsed.pathname + parsed.search
    return new Promise((resolve, reject) => {
      const question = { method, path, name: named.name, options: named, hops: 0, resolve, reject }
      this.#clientFor(parsed).#start(question)
    })
  }

  /** Itself, or the client for another origin. */
  #clientFor({ origin }: URL): HttpClient {
    if (origin === this.#home.origin) return this
    this.#others ??= new Map()
    const known = this.#others.get(origin)
    if (known !== undefined) return known
    if (this.#others.size >= MAX_OTHERS) this.#forgetOldest(this.#others)
    const client = new HttpClient(new Origin(origin), this.#transport, {
      user: this.#user,
      root: this,
      headers: publicHeaders(this.#headers),
    })
    if (this.#timetable !== undefined) client.follow(this.#timetable)
    client.#jar = this.#jar
    this.#others.set(origin, client)
    return client
  }

  #forgetOldest(others: Map<string, HttpClient>): void {
    const [oldest = '', client] = others.entries().next().value ?? []
    others.delete(oldest)
    client?.close()
  }
}

/** What is asked, and who waits for it. */
type Question = Pick<Exchange, 'method' | 'name' | 'options' | 'hops' | 'resolve' | 'reject'> & {
  /** With the path of the base URL before it. */
  readonly path: string
}
