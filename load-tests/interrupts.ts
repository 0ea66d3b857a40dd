import type { ChildProcess } from 'node:child_process'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** From its making to its end no signal ends this process: each is passed on to who is at work, so that all is cleared away. */
export class Interrupts {
  readonly #controller = new AbortController()
  #child: ChildProcess | undefined

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#interrupt)
    process.on('SIGWINCH', this.#resized)
  }

  /** Aborted by the first. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  passOnTo(child: ChildProcess): void {
    this.#child = child
    if (this.signal.aborted) this.#interrupt()
  }

  end(): void {
    for (const name of SIGNALS) process.off(name, this.#interrupt)
    process.off('SIGWINCH', this.#resized)
  }

  readonly #interrupt = (): void => {
    this.#controller.abort()
    this.#child?.kill('SIGTERM')
  }

  /** Only the terminal's own process group is told; the child that draws is in another. */
  readonly #resized = (): void => void this.#child?.kill('SIGWINCH')
}
