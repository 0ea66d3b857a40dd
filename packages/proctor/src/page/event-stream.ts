import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../clock/clock.ts'
import { PageError } from './page-error.ts'
import type { RunControl } from './run-control.ts'

const MOST_READERS = 100
/** A proxy may close what is silent for long. */
const HEARTBEAT_MS = 15_000
/** A reader who takes so little that more than this waits for it is let go: it comes back, and catches up. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024

/** Tells every reader what is new of the run, once a second and when something happens, as server-sent events. */
export class EventStream {
  readonly #control: RunControl
  readonly #readers = new Set<ServerResponse>()
  readonly #unsubscribe: () => void
  #toldRun: string | undefined
  #cancelHeartbeat: () => void

  constructor(control: RunControl, clock: Clock) {
    this.#control = control
    this.#unsubscribe = control.subscribe(() => this.#tell())
    const beat = (): void => {
      this.#send(':\n\n')
      this.#cancelHeartbeat = clock.after(HEARTBEAT_MS, beat)
    }
    this.#cancelHeartbeat = clock.after(HEARTBEAT_MS, beat)
  }

  /** A reader who has heard something before says of which run, and how many seconds, and is told the rest. */
  open(request: IncomingMessage, response: ServerResponse): void {
    if (this.#readers.size >= MOST_READERS) {
      throw new PageError('too-many-readers', `expected at most ${MOST_READERS} open pages`)
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    this.#readers.add(response)
    response.on('close', () => this.#readers.delete(response))
    response.write(`retry: 1000\n\n${this.#first(request.headers['last-event-id'])}`)
  }

  close(): void {
    this.#unsubscribe()
    this.#cancelHeartbeat()
    for (const reader of this.#readers) reader.end()
  }

  #first(lastEventId: string | string[] | undefined): string {
    const { view } = this.#control
    if (view === undefined) return event('idle', '', '{}')
    const [run, seconds] = String(lastEventId ?? '').split(':')
    const known = run === view.id ? Math.min(Number(seconds) || 0, view.seconds) : 0
    return event('tick', `${view.id}:${view.seconds}`, view.tickFrom(known))
  }

  /** Written once, however many read it. */
  #tell(): void {
    const { view } = this.#control
    if (view === undefined) return
    const isNew = view.id !== this.#toldRun
    this.#toldRun = view.id
    const news = view.takeNew()
    if (this.#readers.size > 0) {
      this.#send(event('tick', `${view.id}:${view.seconds}`, isNew ? view.tickFrom(0) : news))
    }
  }

  #send(text: string): void {
    for (const reader of this.#readers) {
      if (reader.writableLength > MOST_WAITING_BYTES) reader.destroy()
      else reader.write(text)
    }
  }
}

function event(name: string, id: string, data: string): string {
  return `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`
}
