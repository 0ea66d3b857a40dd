import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import type { Answer, Asked, FaultInPlace } from './fault.ts'

/** A small real service in which one or two things go wrong. */
export class Service {
  readonly #faults: readonly FaultInPlace[]
  readonly #server: Server
  readonly #connections = new WeakMap<Socket, { number: number; uses: number; answeredAt: number }>()
  #opened = 0
  #beganAt = 0
  #inFlight = 0
  #port = 0

  constructor(faults: readonly FaultInPlace[]) {
    this.#faults = faults
    this.#server = createServer((request, reply) => void this.#serve(request, reply))
    this.#server.keepAliveTimeout = 60_000
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return `http://127.0.0.1:${this.#port}`
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    if (this.#beganAt === 0) this.#begin()
    this.#inFlight += 1
    try {
      const asked = await this.#asked(request)
      const wrong = this.#faults.reduce<Answer | undefined>(
        (before, { misbehave }) => before ?? misbehave(asked),
        undefined,
      )
      await answer(reply, wrong ?? usual(asked))
      this.#connections.get(request.socket)!.answeredAt = performance.now()
    } catch {
      // The client went away in the middle of its request.
      request.socket.destroy()
    } finally {
      this.#inFlight -= 1
    }
  }

  #begin(): void {
    this.#beganAt = performance.now()
    const away = async (ms: number): Promise<void> => {
      await this.stop()
      await delay(ms)
      await this.start()
    }
    for (const { begin } of this.#faults) begin?.({ away: (ms) => void away(ms) })
  }

  async #asked(request: IncomingMessage): Promise<Asked> {
    const now = performance.now()
    const connection = this.#connections.get(request.socket) ?? {
      number: ++this.#opened,
      uses: 0,
      answeredAt: now,
    }
    this.#connections.set(request.socket, connection)
    connection.uses += 1
    const sent = await text(request)
    const url = new URL(request.url!, 'http://service')
    return {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: sent === '' ? {} : (JSON.parse(sent) as Asked['body']),
      bytes: sent.length,
      elapsedMs: now - this.#beganAt,
      inFlight: this.#inFlight,
      connection: connection.number,
      idleMs: now - connection.answeredAt,
      use: connection.uses,
    }
  }
}

function usual({ method }: Asked): Answer {
  return {
    status: method === 'POST' ? 201 : 200,
    body: '{"ok":true}',
    headers: { 'content-type': 'application/json' },
    afterMs: 1,
  }
}

async function answer(
  reply: ServerResponse,
  { status = 200, body = '', headers = {}, afterMs = 0, instead }: Answer,
): Promise<void> {
  if (afterMs > 0) await delay(afterMs)
  const { socket } = reply
  switch (instead) {
    case undefined:
      reply.writeHead(status, headers).end(body)
      return
    case 'reset':
      socket?.resetAndDestroy()
      return
    case 'half':
      socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"half":')
      return
    case 'garbage':
      socket?.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')
      return
    case 'silence':
  }
}
