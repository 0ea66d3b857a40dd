import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { entriesOf } from './otlp.ts'
import { ServerSideError, type Source, type SourceListener } from './source.ts'

const MOST_BODY_BYTES = 8 * 1024 * 1024
const MOST_UNPACKED_BYTES = 32 * 1024 * 1024
const unpack = promisify(gunzip)

/** An answer to an export that cannot be taken. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Receives what the service exports: OTLP over HTTP, logs and spans, as JSON or Protocol Buffers. Metrics are passed over. */
export class OtlpReceiver implements Source {
  readonly notes: string[] = []
  readonly #host: string
  readonly #server: Server
  #port: number
  #listener: SourceListener | undefined
  lines = 0
  bytes = 0

  /** Port 0 is any that is free. */
  constructor(port: number, host = '127.0.0.1') {
    this.#port = port
    this.#host = host
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.requestTimeout = 30_000
  }

  get name(): string {
    return `OTLP at http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.#port}`
  }

  async start(listener: SourceListener): Promise<void> {
    this.#listener = listener
    try {
      this.#server.listen(this.#port, this.#host)
      await once(this.#server, 'listening')
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      const why =
        code === 'EADDRINUSE' ? 'is in use: --otlp with another port' : `cannot be listened at (${code})`
      throw new ServerSideError(`--otlp: port ${this.#port} ${why}`, { cause })
    }
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async look(): Promise<void> {}

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const isJson = await this.#take(request)
      response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' })
      response.end(isJson ? '{}' : undefined)
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 400
      this.#note(`an export was refused with ${status}: ${(error as Error).message}`)
      // What is left of a body that is too long is not waited for.
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify({ code: status, message: (error as Error).message }))
    }
  }

  async #take(request: IncomingMessage): Promise<boolean> {
    const [, signal] = /^\/v1\/(logs|traces|metrics)\/?$/.exec(request.url ?? '') ?? []
    if (signal === undefined) throw new Refusal(404, 'expected /v1/logs, /v1/traces or /v1/metrics')
    if (request.method !== 'POST') throw new Refusal(405, 'expected POST')
    const encoding = encodingOf(request.headers['content-type'])
    const body = await bodyOf(request)
    this.bytes += body.length
    if (signal !== 'metrics') this.#tell(signal as 'logs' | 'traces', body, encoding)
    return encoding === 'json'
  }

  #tell(signal: 'logs' | 'traces', body: Buffer, encoding: 'json' | 'protobuf'): void {
    for (const entry of entriesOf(signal, body, encoding)) {
      this.lines += 1
      this.#listener!.entry(entry, this)
    }
  }

  /** Of the same trouble once. */
  #note(words: string): void {
    if (this.notes.length >= 10 || this.notes.includes(words)) return
    this.notes.push(words)
    this.#listener?.trouble(words, this)
  }
}

function encodingOf(contentType: string | undefined): 'json' | 'protobuf' {
  const type = contentType?.split(';', 1)[0]!.trim().toLowerCase()
  if (type === 'application/json') return 'json'
  if (type === 'application/x-protobuf') return 'protobuf'
  throw new Refusal(415, `expected application/json or application/x-protobuf, got ${type ?? 'none'}`)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BODY_BYTES) throw new Refusal(413, 'expected at most 8 MiB')
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const coding = request.headers['content-encoding'] ?? 'identity'
  if (coding === 'identity') return body
  if (coding !== 'gzip') throw new Refusal(415, `expected gzip or no content-encoding, got ${coding}`)
  return unpack(body, { maxOutputLength: MOST_UNPACKED_BYTES }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE'
      ? new Refusal(413, 'expected at most 32 MiB unpacked')
      : new Refusal(400, `expected gzip (${error.message})`)
  })
}
