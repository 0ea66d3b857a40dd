import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '../clock/clock.ts'
import { LogParser } from './log-parser.ts'
import type { Source, SourceListener } from './source.ts'

/** How long a command is given to end when it is asked to. */
const POLITELY_MS = 2_000
const LAST_WORDS = 300

/** What a command writes: `kubectl logs -f deploy/api`. It ends with the run. */
export class LogCommand implements Source {
  readonly name: string
  readonly notes: string[] = []
  readonly #clock: Clock
  readonly #pattern: RegExp | undefined
  readonly #cwd: string
  #parser = new LogParser(() => {})
  #child: ChildProcess | undefined
  #isStopped = false
  #lastWords = ''

  constructor(command: string, cwd: string, clock: Clock, pattern?: RegExp) {
    this.name = command
    this.#cwd = cwd
    this.#clock = clock
    this.#pattern = pattern
  }

  get lines(): number {
    return this.#parser.lines
  }

  get bytes(): number {
    return this.#parser.bytes
  }

  async start(listener: SourceListener): Promise<void> {
    this.#parser = new LogParser((entry) => listener.entry(entry, this), this.#pattern)
    // A group of its own: Ctrl-C in the terminal is for the run, and what the shell has started ends with it.
    const child = spawn('sh', ['-c', this.name], {
      cwd: this.#cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child = child
    child.stdout.on('data', (bytes: Buffer) => this.#parser.feed(bytes))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS)
    })
    child.on('error', (error) => this.#died(listener, error.message))
    child.on('exit', (code, signal) => this.#died(listener, `exit code ${code ?? signal}`))
  }

  async look(): Promise<void> {
    this.#parser.pause()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const child = this.#child
    if (
      child !== undefined &&
      child.exitCode === null &&
      child.signalCode === null &&
      child.pid !== undefined
    ) {
      const ended = once(child, 'exit')
      signalGroup(child.pid, 'SIGTERM')
      const cancel = this.#clock.after(POLITELY_MS, () => signalGroup(child.pid!, 'SIGKILL'))
      await ended
      cancel()
    }
    this.#parser.end()
    if (this.#parser.cut > 0)
      this.notes.push(`${this.#parser.cut} lines were longer than 256 KiB; their beginnings were read`)
  }

  #died(listener: SourceListener, how: string): void {
    if (this.#isStopped) return
    const said = this.#lastWords.trim().split('\n').at(-1) ?? ''
    const words = `it ended before the run did (${[how, said].filter((part) => part !== '').join(': ')})`
    this.notes.push(words)
    listener.trouble(words, this)
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It ended in the meantime.
  }
}
