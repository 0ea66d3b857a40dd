import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What clients saw in the time measured. */
export class Posted {
  readonly perSecond: number
  readonly p99Ms: number

  constructor(latenciesMs: readonly number[], durationMs: number) {
    this.perSecond = latenciesMs.length / (durationMs / 1000)
    this.p99Ms = latenciesMs.toSorted((a, b) => a - b)[Math.floor(latenciesMs.length * 0.99)] ?? Number.NaN
  }

  summary(): string {
    return `${this.perSecond.toFixed(0).padStart(6)}/s  p99 ${this.p99Ms.toFixed(1)} ms`
  }
}

/** Connections that each create one student after the other, all with new e-mails. Anything but 201 ends the run. */
export class PostingClients {
  readonly #port: number
  readonly #connections: number
  #latenciesMs: number[] = []
  #count = 0

  constructor(port: number, connections: number) {
    this.#port = port
    this.#connections = connections
  }

  /** Half a second more goes before, unmeasured, for the compiler to warm up. */
  async run(durationMs: number): Promise<Posted> {
    const startsAt = performance.now() + 500
    const endsAt = startsAt + durationMs
    await Promise.all(Array.from({ length: this.#connections }, () => this.#post(startsAt, endsAt)))
    return new Posted(this.#latenciesMs, durationMs)
  }

  async #post(startsAt: number, endsAt: number): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1').setNoDelay()
    await once(socket, 'connect')
    for (let sentAt = performance.now(); sentAt < endsAt; sentAt = performance.now()) {
      await answered(socket, this.#request())
      if (sentAt >= startsAt) this.#latenciesMs.push(performance.now() - sentAt)
    }
    socket.destroy()
  }

  #request(): string {
    const n = this.#count++
    const body = `{"name":"Test User ${n}","domain":"Engineering","gpa":8.25,"email":"testuser${n}@example.com"}`
    return `POST /students HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  }
}

/** Answers are far smaller than a segment, so that one arrives in one piece. */
function answered(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', (answer) => {
      if (answer.toString('latin1', 0, 12) === 'HTTP/1.1 201') resolve()
      else reject(new Error(answer.toString()))
    })
    socket.write(request)
  })
}
