import { spawnSync } from 'node:child_process'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { BenchmarkFailure } from './failure.ts'
import { freePort } from './free-port.ts'
import type { LoadCase } from './load-case.ts'
import { nginxConfig, type Ports } from './nginx-config.ts'
import { PinnedProcess } from './pinned-process.ts'
import { students } from './students.ts'

const startTimeoutMs = 5_000
const studentsInList = 290

type Wire = Pick<LoadCase, 'isSecure' | 'isHttp2'>

/** nginx on a core of its own: it answers as fast as anything can, and counts what it has answered. */
export class Target implements AsyncDisposable {
  readonly #ports: Ports
  readonly #server: PinnedProcess
  readonly #folder: string
  #ownRequests = 0

  private constructor(server: PinnedProcess, ports: Ports, folder: string) {
    this.#server = server
    this.#folder = folder
    this.#ports = ports
  }

  urlOf({ isSecure, isHttp2 }: Wire): string {
    const { counting, secureCounting, http2Counting } = this.#ports
    if (isSecure !== true) return `http://127.0.0.1:${counting}`
    return `https://127.0.0.1:${isHttp2 === true ? http2Counting : secureCounting}`
  }

  /** The same answers, slower: here the bytes of every request are written down. */
  weighingUrlOf({ isSecure, isHttp2 }: Wire): string {
    const { weighing, secureWeighing, http2Weighing } = this.#ports
    if (isSecure !== true) return `http://127.0.0.1:${weighing}`
    return `https://127.0.0.1:${isHttp2 === true ? http2Weighing : secureWeighing}`
  }

  static async start(core: number, folder: string, signal: AbortSignal): Promise<Target> {
    const ports = {
      counting: await freePort(),
      weighing: await freePort(),
      secureCounting: await freePort(),
      secureWeighing: await freePort(),
      http2Counting: await freePort(),
      http2Weighing: await freePort(),
    }
    makeCertificate(folder)
    const config = join(folder, 'nginx.conf')
    await writeFile(join(folder, 'list'), JSON.stringify(students(studentsInList)))
    await writeFile(config, nginxConfig(ports, folder))
    const server = await PinnedProcess.start(
      ['nginx', '-e', 'stderr', '-p', folder, '-c', config],
      core,
      folder,
    )
    const target = new Target(server, ports, folder)
    try {
      await target.#answering(signal)
    } catch (error) {
      await target[Symbol.asyncDispose]()
      throw error
    }
    return target
  }

  /** Requests of others so far. nginx counts where a request begins: one per connection may still be unanswered. */
  async requests(signal: AbortSignal): Promise<number> {
    const status = await this.#status(signal)
    if (status === undefined) throw new BenchmarkFailure('runFailed', await this.#lastWords())
    return parseRequests(status) - this.#ownRequests
  }

  /** The log lines of requests that no location expected or that nginx could not read. */
  async unexpected(): Promise<string> {
    return readFile(join(this.#folder, 'unexpected.log'), 'utf8')
  }

  /** Whether a request has been weighed since the last call of `takeRequestBytes`. */
  async hasWeighed(): Promise<boolean> {
    return (await stat(join(this.#folder, 'lengths.log'))).size > 0
  }

  /** The bytes of each request at the weighing URL since the last call. */
  async takeRequestBytes(): Promise<number[]> {
    const log = join(this.#folder, 'lengths.log')
    const lines = await readFile(log, 'utf8')
    await truncate(log)
    return lines.split('\n').filter(Boolean).map(Number)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }

  async #answering(signal: AbortSignal): Promise<void> {
    for (let waitedMs = 0; waitedMs < startTimeoutMs && this.#server.running; waitedMs += 20) {
      await delay(20, undefined, { signal })
      if ((await this.#status(signal)) !== undefined) return
    }
    throw new BenchmarkFailure('cannotRun', await this.#lastWords())
  }

  async #status(signal: AbortSignal): Promise<string | undefined> {
    try {
      const response = await fetch(`${this.urlOf({})}/stub`, { signal })
      const status = await response.text()
      this.#ownRequests++
      return status
    } catch {
      signal.throwIfAborted()
      return undefined
    }
  }

  async #lastWords(): Promise<string> {
    const ending = await this.#server.endsWithin(100)
    return `nginx does not answer at ${this.urlOf({})}\n${ending?.stderr ?? 'it still runs'}`
  }
}

/** Of nobody known, on P-256: what a handshake costs lies before the window that is measured. */
function makeCertificate(folder: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem']
  const args = ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', '-subj', '/CN=127.0.0.1']
  const { status, stderr, error } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0)
    throw new BenchmarkFailure('cannotRun', `openssl made no certificate: ${error?.message ?? stderr}`)
}

/** stub_status shows three totals in a row: connections accepted, connections handled, requests. */
function parseRequests(status: string): number {
  const requests = /^ *\d+ +\d+ +(\d+) *$/m.exec(status)?.[1]
  if (requests === undefined)
    throw new BenchmarkFailure('runFailed', `nginx gave no count of requests:\n${status}`)
  return Number(requests)
}
