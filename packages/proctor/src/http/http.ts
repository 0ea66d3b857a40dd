import type { WebSocketOptions } from './open-web-socket.ts'
import type { Credentials, RequestOptions } from './request-options.ts'
import type { HttpResponse } from './response.ts'
import type { Url } from './url.ts'
import type { WebSocketSession } from './web-socket.ts'

/**
 * What a scenario's tasks ask with. Each user has a client, and so connections and cookies, of its own.
 *
 * ```ts
 * const response = await http.get('/students', { query: { limit: 20 } })
 * if (response.ok) await http.post('/students', { json: { name: 'Ada' }, name: 'create' })
 * ```
 *
 * A path is put behind the URL given with `-H` or the class's `baseUrl`; a whole URL goes where it says; `url` names a path by its
 * template. Every call resolves whatever the status, with redirects followed. A request without a whole answer rejects with a
 * `TransportError`, counted already as a failure; what can't be sent rejects with a `TypeError`, and is counted nowhere.
 */
export interface Http {
  /** Asks for `path`. Resolves whatever the status; rejects with a `TransportError` where no whole answer came. */
  get(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  /** Asks for the headers of `path` alone. Resolves and rejects as `get` does. */
  head(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  /**
   * Sends a body, such as `{ json: { name: 'Ada' } }`, to `path`; `post<NewStudent>(…)` says its type. Resolves and rejects as `get` does.
   */
  post<Json = unknown>(path: string | Url, options?: RequestOptions<Json>): Promise<HttpResponse>
  /** Puts a body in the place of what is at `path`. Resolves and rejects as `get` does. */
  put<Json = unknown>(path: string | Url, options?: RequestOptions<Json>): Promise<HttpResponse>
  /** Changes a part of what is at `path`. Resolves and rejects as `get` does. */
  patch<Json = unknown>(path: string | Url, options?: RequestOptions<Json>): Promise<HttpResponse>
  /** Removes what is at `path`. Resolves and rejects as `get` does. */
  delete(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  /** Asks what `path` allows. Resolves and rejects as `get` does. */
  options(path: string | Url, options?: RequestOptions): Promise<HttpResponse>
  /** Any other method, in capitals. */
  request<Json = unknown>(
    method: string,
    path: string | Url,
    options?: RequestOptions<Json>,
  ): Promise<HttpResponse>
  /**
   * Opens a WebSocket: a path at the host given with `-H`, or a whole URL (`ws:`, `wss:`). The handshake is a request, as is each
   * message that is waited for. Rejects with a `TransportError`: `websocket-refused`, `timed-out`, …
   */
  webSocket(path: string | Url, options?: WebSocketOptions): Promise<WebSocketSession>
  /**
   * From now on every request of this user bears these, beside those of its class; what a request says itself outweighs them. So a
   * login is remembered: `http.setDefaults({ auth: { token } })`. Throws a `TypeError` on what can't be sent.
   */
  setDefaults(defaults: ClientSettings): void
}

/** What every request of a user bears. */
export interface ClientSettings {
  /** By name; those of a request outweigh them. */
  readonly headers?: Record<string, string>
  /** Sent as `Authorization` to the user's host, and to no other. */
  readonly auth?: Credentials
}
