import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Interrupts } from './interrupts.ts'
import { proctor, SCENARIO } from './proctor.ts'
import { type Service, startService } from './service.ts'

/** students-api on a fresh database, and Proctor's page aimed at it, until Ctrl-C stops both. */

const USAGE = `usage: npm start -- [--port 5000] [--web-port 8089]

Starts students-api on a fresh database and Proctor's page, aimed at it. Ctrl-C stops both.
`
const FRESH = new URL('fresh.ts', import.meta.url).pathname

interface StartOptions {
  port: string
  webPort: string
}

async function main(argv: string[]): Promise<number> {
  const options = parseOptions(argv)
  if (typeof options === 'number') return options
  const interrupts = new Interrupts()
  const folder = mkdtempSync(join(tmpdir(), 'proctor-start-'))
  try {
    return await serve(folder, options, interrupts)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    interrupts.end()
  }
}

async function serve(
  folder: string,
  { port, webPort }: StartOptions,
  interrupts: Interrupts,
): Promise<number> {
  const first = await startService(folder, port, interrupts.signal)
  if (first === undefined) return interrupts.signal.aborted ? 0 : 1
  const renewable = new RenewableService(folder, first, interrupts.signal)
  const door = join(folder, 'fresh.sock')
  const server = await listenAt(door, renewable)
  try {
    process.stdout.write(`students-api is at ${first.url}, its database fresh.\n`)
    const fresh = `'${process.execPath}' '${FRESH}' '${door}'`
    const load = ['-u', '50', '-r', '5', '-t', '60s']
    return await proctor(
      ['ui', SCENARIO, '-H', first.url, ...load, '--web-port', webPort, '--fresh', fresh],
      interrupts,
    )
  } finally {
    server.close()
    await renewable.stop()
  }
}

/** students-api, which can begin anew at the same address. */
class RenewableService {
  readonly #folder: string
  readonly #port: string
  readonly #signal: AbortSignal
  #service: Service | undefined
  #renewing: Promise<void> = Promise.resolve()

  constructor(folder: string, service: Service, signal: AbortSignal) {
    this.#folder = folder
    this.#port = new URL(service.url).port
    this.#service = service
    this.#signal = signal
  }

  /** One after the other, whoever asks meanwhile. */
  renew(): Promise<void> {
    this.#renewing = this.#renewing.catch(() => {}).then(() => this.#renew())
    return this.#renewing
  }

  async stop(): Promise<void> {
    await this.#renewing.catch(() => {})
    await this.#service?.stop()
  }

  async #renew(): Promise<void> {
    await this.#service?.stop()
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(this.#folder, `students.db${suffix}`), { force: true })
    this.#service = await startService(this.#folder, this.#port, this.#signal)
    if (this.#service === undefined) throw new Error('students-api did not start again')
  }
}

/** Whoever connects has the service begin anew, and reads `fresh` when it has. */
async function listenAt(door: string, renewable: RenewableService): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    renewable.renew().then(
      () => socket.end('fresh'),
      () => socket.end(),
    )
  })
  server.listen(door)
  await once(server, 'listening')
  return server
}

function parseOptions(argv: string[]): StartOptions | number {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string', default: '5000' },
        'web-port': { type: 'string', default: '8089' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (!values.help) return { port: values.port, webPort: values['web-port'] }
    process.stdout.write(USAGE)
    return 0
  } catch (error) {
    process.stderr.write(`start: ${(error as Error).message}\n${USAGE}`)
    return 2
  }
}

process.exitCode = await main(process.argv.slice(2))
