import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Refusal } from './variants.ts'

/** What a service counted of the run. */
export interface Counted {
  readonly created: number
  readonly refused: number
  /** Of its list with all rows in it. */
  readonly listBytes: number
}

/** The smallest service that has the seed's trouble: a list that grows, and a field that must not repeat. */
export class StudentsService {
  readonly #key: string
  readonly #refusal: Refusal
  readonly #rows: string[] = []
  readonly #taken = new Set<unknown>()
  #refused = 0
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  constructor(key: string, refusal: Refusal) {
    this.#key = key
    this.#refusal = refusal
  }

  get counted(): Counted {
    return { created: this.#rows.length, refused: this.#refused, listBytes: this.#list().length }
  }

  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await once(this.#server.close(), 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request)
    if (request.method === 'GET') return answer(response, 200, 'application/json', this.#list())
    const student = JSON.parse(sent) as Record<string, unknown>
    const value = student[this.#key]
    if (this.#taken.has(value)) {
      this.#refused += 1
      return answer(response, this.#refusal.status, this.#refusal.contentType, this.#refusal.body)
    }
    this.#taken.add(value)
    const row = JSON.stringify({ id: this.#rows.length + 1, ...student })
    this.#rows.push(row)
    answer(response, 201, 'application/json', row)
  }

  #list(): string {
    return `[${this.#rows.join(',')}]`
  }
}

function answer(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType }).end(body)
}
