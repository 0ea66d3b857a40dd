import { signal } from '@preact/signals'
import type { Fields, PageState, Problem, Tick } from 'proctor/wire'
import type { FailureExample } from 'proctor/wire'
import { RunStore } from './run/run-store.ts'

export type Connection = 'connecting' | 'open' | 'lost' | 'locked'

/** A call that the server refused; `message` is what to show. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string

  constructor({ code, message }: Problem) {
    super(message)
    this.code = code
  }
}

/** The server behind the page: its state, its run, and what it can be asked to do. */
export class ProctorServer {
  readonly connection = signal<Connection>('connecting')
  readonly page = signal<PageState | undefined>(undefined)
  /** `undefined` while no run was ever started. */
  readonly run = signal<RunStore | undefined>(undefined)
  readonly #store = new RunStore((name) => this.text(`run/names/${encodeURIComponent(name)}`))
  #events: EventSource | undefined

  async open(): Promise<void> {
    await this.#enter()
    await this.loadPage()
    this.#listen()
  }

  async loadPage(): Promise<void> {
    try {
      this.page.value = await this.get<PageState>('page')
    } catch (error) {
      if (error instanceof Refusal && error.code === 'no-session') this.connection.value = 'locked'
      else this.connection.value = 'lost'
    }
  }

  start(fields: Fields): Promise<unknown> {
    return this.post('start', { fields })
  }

  steer(target: number, spawnRate: number | undefined): Promise<unknown> {
    return this.post('steer', { target, spawnRate })
  }

  async example(failure: number): Promise<FailureExample | null> {
    const { example } = await this.get<{ example: FailureExample | null }>(`run/failures/${failure}`)
    return example
  }

  async get<T>(path: string): Promise<T> {
    return answerOf<T>(await fetch(`api/${path}`))
  }

  /** What is not JSON. */
  async text(path: string): Promise<string> {
    const response = await fetch(`api/${path}`)
    return response.ok ? response.text() : answerOf<string>(response)
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    return answerOf<T>(await fetch(`api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
  }

  /** The token of the link becomes a cookie, and leaves the address. */
  async #enter(): Promise<void> {
    const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? []
    if (token === undefined) return
    history.replaceState(null, '', location.pathname)
    try {
      await this.post('session', { token })
    } catch {
      this.connection.value = 'locked'
    }
  }

  #listen(): void {
    if (this.connection.value === 'locked') return
    const events = new EventSource('api/events')
    this.#events = events
    events.addEventListener('open', () => this.#opened())

    events.addEventListener('tick', ({ data }: MessageEvent<string>) => {
      this.#store.apply(JSON.parse(data) as Tick)
      this.run.value = this.#store
    })
    // Another process answers than before: what it has not started is not going on.
    events.addEventListener('idle', () => (this.run.value = undefined))
    events.addEventListener('error', () => {
      this.connection.value = 'lost'
      // The browser comes back by itself, unless it was refused.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => this.#relisten(), 1_000)
    })
  }

  #relisten(): void {
    this.#events?.close()
    this.#listen()
  }

  #opened(): void {
    const wasLost = this.connection.value === 'lost'
    this.connection.value = 'open'
    if (wasLost || this.page.value === undefined) void this.loadPage()
  }
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = response.status === 204 ? {} : await response.json()
  if (response.ok) return body as T
  throw new Refusal(body as Problem)
}
