import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** The service as a process of its own, to be killed. */
export class ServiceProcess {
  readonly url: string
  readonly pid: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    this.pid = child.pid ?? Number.NaN
  }

  /** Resolves when it listens. */
  static start(main: string, db: string): Promise<ServiceProcess> {
    return ServiceProcess.#start(main, ['--db', db], {})
  }

  /** Resolves when it listens, on a PostgreSQL. */
  static startOn(main: string, url: string): Promise<ServiceProcess> {
    return ServiceProcess.#start(main, [], { DATABASE_URL: url })
  }

  static async #start(
    main: string,
    database: string[],
    env: Record<string, string>,
  ): Promise<ServiceProcess> {
    const flags = ['--port', '0', ...database]
    const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'inherit'], env })
    // Read on to the end, or its log would fill the pipe and hold it up.
    const lines = createInterface(child.stdout)
    const [first] = await Promise.race([once(lines, 'line'), once(child, 'exit')])
    if (typeof first !== 'string') throw new Error(`the service could not start: exit code ${String(first)}`)
    return new ServiceProcess(child, JSON.parse(first).url)
  }

  /** Resolves when the process has ended, to its exit code where it had one. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill(signal)
      await exit
    }
    return child.exitCode
  }
}
