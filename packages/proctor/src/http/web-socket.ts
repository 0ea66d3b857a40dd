import type { RawData, WebSocket as Wire } from 'ws'
import type { ConnectionFacts } from './connection-facts.ts'
import { Expectation, type Observing } from './expectation.ts'
import { WebSocketMessage } from './web-socket-message.ts'

/** What may be said of a message that is waited for. */
export interface ReceiveOptions {
  /** What reports group it by; `NAME (message)`, `NAME (received)` and `NAME (ping)` unless given, behind the name of the handshake. */
  name?: string
  /** Which message it is; the next, unless given. */
  match?: (message: WebSocketMessage) => boolean
  /** How long it may take, in milliseconds; `--request-timeout` unless given. */
  timeoutMs?: number
}

/** What a session is made of. @internal */
export interface SessionParts extends Observing {
  readonly wire: Wire
  readonly path: string
  /** What reports group its handshake by. */
  readonly name: string
  readonly facts: ConnectionFacts
  /** An error, where nothing may be asked for any more. */
  readonly refusal: () => Error | undefined
}

/** For so long the other side's goodbye is waited for. */
const CLOSE_MS = 5_000
/** So many messages that nobody has asked for are kept, the newest. */
const MAX_UNREAD = 1_000

/**
 * An open WebSocket of one user. Each message that is waited for is a request of its own: timed, counted, and failed by name
 * when it does not come.
 *
 * ```ts
 * const socket = await http.webSocket('/chat')
 * const answer = await socket.ask(JSON.stringify({ id: 1 }), { match: (message) => message.json<Note>().id === 1 })
 * await socket.close()
 * ```
 */
export class WebSocketSession {
  readonly #parts: SessionParts
  readonly #wire: Wire
  readonly #messages: Expectation<WebSocketMessage>[] = []
  readonly #pongs: Expectation<void>[] = []
  readonly #unread: WebSocketMessage[] = []
  readonly #closed = Promise.withResolvers<WebSocketEnd>()
  /** For the end of the run; those that wait for messages are looked after one by one. */
  readonly #guard = { exchange: undefined, close: (): void => this.#wire.terminate() }
  #uses = 1
  #end: WebSocketEnd | undefined

  /** @internal */
  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#wire = parts.wire
    this.#wire.on('message', (data: RawData, isBinary: boolean) => this.#arrived(data as Buffer, isBinary))
    this.#wire.on('pong', () => this.#pongs[0]?.met(0, undefined))
    this.#wire.on('close', (code: number, reason: Buffer) => this.#ended(code, reason.toString()))
    parts.transport.opened(this.#guard)
  }

  /** Sends, and waits for the answer. Rejects with a `TransportError`: `timed-out`, `websocket-closed`. */
  ask(message: string | Uint8Array, options: ReceiveOptions = {}): Promise<WebSocketMessage> {
    return this.#expect(this.#messages, { name: '(message)', body: message, options }, () =>
      this.#wire.send(message),
    )
  }

  /** Sends, and waits for nothing. */
  send(message: string | Uint8Array): void {
    const refusal = this.#parts.refusal()
    if (refusal !== undefined) throw refusal
    this.#wire.send(message)
  }

  /** The next message that nobody has asked for, or that comes. Rejects as `ask` does. */
  receive(options: ReceiveOptions = {}): Promise<WebSocketMessage> {
    const { match } = options
    const at = this.#unread.findIndex((message) => match?.(message) ?? true)
    const [known] = at < 0 ? [] : this.#unread.splice(at, 1)
    return this.#expect(this.#messages, { name: '(received)', options }, (expectation) => {
      if (known !== undefined) expectation.met(known.bytes.length, known)
    })
  }

  /** Resolves when the service has answered a ping. */
  ping(options: Omit<ReceiveOptions, 'match'> = {}): Promise<void> {
    return this.#expect(this.#pongs, { name: '(ping)', options }, () => this.#wire.ping())
  }

  /** Closes it, and resolves when both sides have. Code 1000 is a normal end. */
  close(code = 1000, reason = ''): Promise<WebSocketEnd> {
    this.#wire.close(code, reason)
    const cancel = this.#parts.transport.clock.after(CLOSE_MS, () => this.#wire.terminate())
    return this.#closed.promise.finally(cancel)
  }

  /** Resolves when it is closed, by whomever. */
  get closed(): Promise<WebSocketEnd> {
    return this.#closed.promise
  }

  #expect<T>(
    list: Expectation<T>[],
    { name, body, options }: { name: string; body?: string | Uint8Array; options: ReceiveOptions },
    begin: (expectation: Expectation<T>) => void,
  ): Promise<T> {
    const refusal = this.#parts.refusal()
    if (refusal !== undefined) return this.#refuseLater(refusal)
    return new Promise((resolve, reject) => {
      const asked = {
        name: options.name ?? `${this.#parts.name} ${name}`,
        body,
        path: this.#parts.path,
        options,
      }
      const expectation = new Expectation<T>(this.#parts, asked, { resolve, reject })
      expectation.exchange.connection = this.#parts.facts
      expectation.exchange.use = ++this.#uses
      expectation.begin(list)
      if (this.#end === undefined) begin(expectation)
      else expectation.close('websocket-closed', wordsOf(this.#end))
    })
  }

  /** In a later turn of the event loop, as for any other request. */
  #refuseLater(refusal: Error): Promise<never> {
    return new Promise((_, reject) => {
      this.#parts.transport.clock.after(0, () => reject(refusal))
    })
  }

  #arrived(bytes: Buffer, isBinary: boolean): void {
    const now = this.#parts.transport.clock.now()
    for (const expectation of this.#messages) {
      const message = new WebSocketMessage(bytes, isBinary, now - expectation.exchange.startedAt)
      if (expectation.accepts(message)) return expectation.met(bytes.length, message)
    }
    this.#unread.push(new WebSocketMessage(bytes, isBinary, 0))
    if (this.#unread.length > MAX_UNREAD) this.#unread.shift()
  }

  #ended(code: number, reason: string): void {
    this.#end = { code, reason }
    this.#parts.transport.closed(this.#guard)
    const words = wordsOf(this.#end)
    for (const each of [...this.#messages, ...this.#pongs]) each.close('websocket-closed', words)
    this.#closed.resolve(this.#end)
  }
}

/** A close code of RFC 6455, 7.4; 1006 is an end without a goodbye. */
export interface WebSocketEnd {
  /** 1000 is a normal end. */
  readonly code: number
  /** What the side that closed it said; empty where it said nothing. */
  readonly reason: string
}

function wordsOf({ code, reason }: WebSocketEnd): string {
  return reason === '' ? String(code) : `${code} ${reason}`
}
