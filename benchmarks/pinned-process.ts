import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { environment } from './program.ts'

export interface Ending {
  /** null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The last 8 KB of each. */
  readonly stdout: string
  readonly stderr: string
}

const tailCharacters = 8_192
const stopTimeoutMs = 3_000

const running = new Set<PinnedProcess>()
process.on('exit', () => running.forEach((each) => each.kill()))

/** A child on one core, in a process group of its own: a Ctrl-C reaches it through us, in our order. */
export class PinnedProcess implements AsyncDisposable {
  readonly pid: number
  readonly ended: Promise<Ending>
  #running = true

  private constructor(child: ChildProcess, pid: number) {
    this.pid = pid
    this.ended = this.#follow(child)
    running.add(this)
  }

  /** taskset replaces itself with the command, so that its pid is the command's. */
  static async start(argv: readonly string[], core: number, folder: string): Promise<PinnedProcess> {
    const child = spawn('taskset', ['-c', String(core), ...argv], {
      cwd: folder,
      detached: true,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await once(child, 'spawn')
    if (child.pid === undefined) throw new TypeError('a spawned process has a pid')
    return new PinnedProcess(child, child.pid)
  }

  get running(): boolean {
    return this.#running
  }

  /** undefined when it still runs after that time. */
  async endsWithin(ms: number, signal?: AbortSignal): Promise<Ending | undefined> {
    const raced = new AbortController()
    const over = delay(ms, undefined, {
      signal: AbortSignal.any(signal ? [signal, raced.signal] : [raced.signal]),
    })
    try {
      return await Promise.race([this.ended, over])
    } finally {
      raced.abort()
    }
  }

  /** Asks it to end. */
  stop(): void {
    this.#signal('SIGTERM')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    const escalation = setTimeout(() => this.kill(), stopTimeoutMs)
    await this.ended
    clearTimeout(escalation)
  }

  async #follow(child: ChildProcess): Promise<Ending> {
    const stdout = tailOf(child.stdout)
    const stderr = tailOf(child.stderr)
    await once(child, 'close')
    this.#running = false
    running.delete(this)
    return { exitCode: child.exitCode, signal: child.signalCode, stdout: stdout(), stderr: stderr() }
  }

  kill(): void {
    this.#signal('SIGKILL')
  }

  #signal(name: NodeJS.Signals): void {
    if (!this.#running) return
    try {
      process.kill(-this.pid, name)
    } catch (error) {
      // It has ended, and the news is still on its way here.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

function tailOf(stream: Readable | null): () => string {
  let tail = ''
  stream?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-tailCharacters)
  })
  return () => tail
}
