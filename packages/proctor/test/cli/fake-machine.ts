import { tmpdir } from 'node:os'
import { systemClock } from '../../src/clock/clock.ts'
import type { Machine } from '../../src/cli/machine.ts'
import type { Limits } from '../../src/run/preflight.ts'
import { FakeTerminal } from '../report/fake-terminal.ts'

const NO_LIMITS: Limits = { openFiles: null, localPorts: null }

/** A machine made of strings. `interrupt` is Ctrl-C; where the process would have left, `left` says with which code. */
export class FakeMachine implements Machine {
  readonly args: readonly string[]
  readonly cwd: string
  readonly clock = systemClock
  readonly stdout: FakeTerminal
  readonly stderr = new FakeTerminal()
  readonly limits: Limits
  left: number | undefined
  readonly #interrupted = new Set<() => void>()
  readonly #pressed = new Set<(key: string) => void>()

  constructor(args: readonly string[], { cwd = tmpdir(), isTTY = false, limits = NO_LIMITS } = {}) {
    this.args = args
    this.cwd = cwd
    this.limits = limits
    this.stdout = new FakeTerminal({ isTTY })
  }

  onInterrupt(callback: () => void): () => void {
    this.#interrupted.add(callback)
    return () => void this.#interrupted.delete(callback)
  }

  interrupt(): void {
    for (const callback of this.#interrupted) callback()
  }

  onKey(callback: (key: string) => void): () => void {
    this.#pressed.add(callback)
    return () => void this.#pressed.delete(callback)
  }

  press(key: string): void {
    for (const callback of this.#pressed) callback(key)
  }

  get listensForInterrupts(): boolean {
    return this.#interrupted.size > 0
  }

  exit(code: number): void {
    this.left = code
  }
}
