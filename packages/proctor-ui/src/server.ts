import { signal } from '@preact/signals'
import type { FailureExample, Fields, KeptRun, PageState, Problem, Tick } from 'proctor/wire'
import { goTo, route } from './route.ts'
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

export const NO_ANSWER = 'Proctor does not answer. Is it still running in its terminal?'

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
    return answerOf<T>(await asked(path))
  }

  /** What is not JSON. */
  async text(path: string): Promise<string> {
    const response = await asked(path)
    return response.ok ? response.text() : answerOf<string>(response)
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    return answerOf<T>(await asked(path, { method: 'POST', headers, body: JSON.stringify(body) }))
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
    events.addEventListener('idle', () => void this.#forgetRun())
    events.addEventListener('error', () => {
      this.connection.value = 'lost'
      // The browser comes back by itself, unless it was refused.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => this.#relisten(), 1_000)
    })
  }

  /** Another process answers than before: its run went down with it, and is kept as far as it came. */
  async #forgetRun(): Promise<void> {
    const runId = this.run.peek()?.head.peek()?.runId ?? null
    const isShown = (route.peek()[0] ?? 'run') === 'run'
    if (runId !== null && isShown && (await this.#isKept(runId))) goTo(`/runs/${runId}`)
    this.run.value = undefined
  }

  async #isKept(runId: string): Promise<boolean> {
    try {
      const runs = await this.get<KeptRun[]>('runs')
      return runs.some((run) => run.runId === runId)
    } catch {
      return false
    }
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

/** The browser's own words would be of no use. */
async function asked(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(`api/${path}`, init)
  } catch (cause) {
    throw new Error(NO_ANSWER, { cause })
  }
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = response.status === 204 ? {} : await response.json()
  if (response.ok) return body as T
  throw new Refusal(body as Problem)
}
