import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuTimeOf } from '../cpu-time.ts'
import { BenchmarkFailure } from '../failure.ts'
import { freePort } from '../free-port.ts'
import { PinnedProcess } from '../pinned-process.ts'
import type { ApiContestant } from './contestants.ts'

const serverCore = 1

/** A contestant that runs. */
export class Server implements AsyncDisposable {
  readonly contestant: ApiContestant
  readonly url: string
  readonly #process: PinnedProcess

  private constructor(contestant: ApiContestant, url: string, running: PinnedProcess) {
    this.contestant = contestant
    this.url = url
    this.#process = running
  }

  /** @param list A file with the list's bytes, for the one who keeps no students. */
  static async start(contestant: ApiContestant, scratch: string, list?: string): Promise<Server> {
    const folder = join(scratch, contestant.name.replaceAll(/\W+/g, '-'))
    mkdirSync(folder)
    if (list !== undefined) copyFileSync(list, join(folder, 'body.json'))
    const port = String(await freePort())
    const running = await PinnedProcess.start(contestant.argv({ port, folder }), serverCore, folder)
    const server = new Server(contestant, `http://127.0.0.1:${port}/students`, running)
    await server.#answering()
    return server
  }

  async list(): Promise<Buffer> {
    return Buffer.from(await (await fetch(this.url)).arrayBuffer())
  }

  async students(): Promise<{ id: number }[]> {
    return JSON.parse((await this.list()).toString())
  }

  async add(count: number): Promise<void> {
    for (let i = 1000; i < 1000 + count; i++) {
      const student = { name: `Test User ${i}`, domain: 'Engineering', gpa: 8.25 }
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...student, email: `testuser${i}@example.com` }),
      })
      await response.arrayBuffer()
      if (response.status !== 201) throw this.#failed(`POST: expected 201, got ${response.status}`)
    }
  }

  cpuMs(): number {
    const { userMs, systemMs } = cpuTimeOf(this.#process.pid)
    return userMs + systemMs
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }

  async #answering(): Promise<void> {
    for (let tries = 0; tries < 400 && this.#process.running; tries++) {
      const response = await fetch(this.url).catch(() => undefined)
      await response?.arrayBuffer()
      if (response?.ok) return
      await delay(50)
    }
    const ending = await this.#process.endsWithin(100)
    throw this.#failed(`it does not answer\n${ending?.stderr ?? ''}`)
  }

  #failed(reason: string): BenchmarkFailure {
    return new BenchmarkFailure('runFailed', `${this.contestant.name}: ${reason}`)
  }
}
