import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { HttpClient } from '../../../src/http/client.ts'
import { Origin } from '../../../src/http/origin.ts'
import { Transport } from '../../../src/http/transport.ts'
import { TransportError } from '../../../src/http/transport-error.ts'
import { FakeClock, Witness } from '../rig.ts'
import type { FuzzCase, Outcome } from './fuzz-case.ts'

const TIMEOUT_MS = 1_000
/** No case waits for the time, so whatever takes as long as this hangs. */
const HANGS_AFTER_MS = 20_000

/** A server and a client that go through cases one after another, over real sockets. */
export class Lane implements AsyncDisposable {
  readonly #witness = new Witness()
  readonly #clock = new FakeClock()
  readonly #transport = new CountedTransport({
    clock: this.#clock,
    observer: this.#witness,
    userAgent: 'fuzz',
    timeoutMs: TIMEOUT_MS,
    traceSampledShare: undefined,
  })
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #client: HttpClient
  #case: FuzzCase | undefined
  #performed: () => void = () => {}
  #changed: () => void = () => {}

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#take(socket))
    this.#client = new HttpClient(
      new Origin(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      this.#transport,
    )
    this.#transport.onClosed = () => this.#changed()
  }

  static async open(): Promise<Lane> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Lane(server)
  }

  /** Answers what became of the request. Throws when it was not counted exactly once, or when it hangs. */
  async play(fuzzCase: FuzzCase): Promise<Outcome> {
    return await within(
      HANGS_AFTER_MS,
      this.#play(fuzzCase),
      () => `${this.#waiting()} for ${HANGS_AFTER_MS / 1000} s`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#transport.close('interrupted')
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #play(fuzzCase: FuzzCase): Promise<Outcome> {
    if (fuzzCase.early) await this.#closeAll()
    this.#case = fuzzCase
    const performed = new Promise<void>((resolve) => (this.#performed = resolve))
    const asked = this.#ask(fuzzCase.method)
    await performed
    // Only where no byte decides; elsewhere the clock stands still.
    if (fuzzCase.expected.includes('timed-out')) this.#clock.advance(TIMEOUT_MS + 100)
    const outcome = await asked
    this.#case = undefined
    for (const socket of fuzzCase.late === '' ? [] : this.#sockets) socket.write(fuzzCase.late, 'latin1')
    if (!fuzzCase.reusable) await this.#allClosed()
    this.#countOnce(outcome)
    return outcome
  }

  async #ask(method: string): Promise<Outcome> {
    try {
      const { status, body } = await this.#client.request(method, '/')
      return `${status} ${Buffer.from(body).toString('latin1')}`
    } catch (error) {
      if (error instanceof TransportError) return error.code
      throw error
    }
  }

  #countOnce(outcome: Outcome): void {
    const { begun, ended } = this.#witness
    const [told] = ended
    const same = told?.outcome instanceof TransportError ? told.outcome.code === outcome : /^\d/.test(outcome)
    if (begun.length !== 1 || ended.length !== 1 || begun[0] !== told?.exchange || !same)
      throw new Error(`counted as ${begun.length} begun and ${ended.length} ended`)
    begun.length = 0
    ended.length = 0
  }

  async #closeAll(): Promise<void> {
    this.#client.close()
    await this.#allClosed()
  }

  /** On both sides. */
  async #allClosed(): Promise<void> {
    while (this.#sockets.size > 0 || this.#transport.open > 0)
      await new Promise<void>((resolve) => (this.#changed = resolve))
  }

  #waiting(): string {
    const [begun, ended] = [this.#witness.begun.length, this.#witness.ended.length]
    return `${begun} begun, ${ended} ended, ${this.#transport.open} connections and ${this.#sockets.size} sockets open`
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#changed()
    })
    socket.on('error', () => {})
    socket.on('end', () => socket.destroy())
    // The first request on this connection finds its answer sent.
    let answered = this.#case?.early === true
    if (answered) void this.#perform(socket)
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      const requests = text.split('\r\n\r\n')
      text = requests.pop()!
      const unanswered = requests.length - (answered ? 1 : 0)
      if (requests.length > 0) answered = false
      for (let i = 0; i < unanswered; i++) void this.#perform(socket)
    })
  }

  async #perform(socket: Socket): Promise<void> {
    const { writes, ending } = this.#case!
    for (const bytes of writes) {
      if (socket.destroyed) break
      // Those for which the client has hung up already end with an error, which is of no interest.
      await new Promise((resolve) => socket.write(bytes, resolve))
    }
    if (ending === 'end') socket.end()
    else if (ending === 'reset') socket.resetAndDestroy()
    this.#performed()
  }
}

/** Knows how many connections are open. */
class CountedTransport extends Transport {
  open = 0
  onClosed: () => void = () => {}

  override opened(connection: Parameters<Transport['opened']>[0]): void {
    this.open += 1
    super.opened(connection)
  }

  override closed(connection: Parameters<Transport['closed']>[0]): void {
    this.open -= 1
    super.closed(connection)
    this.onClosed()
  }
}

async function within<T>(ms: number, work: Promise<T>, complaint: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs: ${complaint()}`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
