import { isatty } from 'node:tty'
import { type Clock, systemClock } from '../clock/clock.ts'
import type { Terminal } from '../report/screen.ts'

/** The outside world of the command line, in one place: made once, here and in tests. */
export interface Machine {
  /** What stands behind the command's name. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly clock: Clock
  readonly stdout: Terminal
  readonly stderr: Terminal
  /** Calls back at each Ctrl-C (SIGINT) or SIGTERM; the answer ends that. */
  onInterrupt(callback: () => void): () => void
  /** Leaves at once. */
  exit(code: number): void
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export function thisMachine(): Machine {
  return {
    args: process.argv.slice(2),
    cwd: process.cwd(),
    clock: systemClock,
    stdout: terminal(process.stdout, 1),
    stderr: terminal(process.stderr, 2),
    onInterrupt(callback) {
      for (const signal of SIGNALS) process.on(signal, callback)
      return () => {
        for (const signal of SIGNALS) process.off(signal, callback)
      }
    },
    exit: (code) => process.exit(code),
  }
}

/** Where a terminal does not say how high it is. */
const USUAL_ROWS = 24

function terminal(stream: NodeJS.WriteStream, descriptor: number): Terminal {
  const isTTY = isatty(descriptor)
  // A reader who has seen enough, such as `head`, closes the pipe: the run goes on, unseen.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    isTTY,
    hasColors: isTTY && stream.hasColors(),
    get rows() {
      return stream.rows > 0 ? stream.rows : USUAL_ROWS
    },
    write: (text) => void stream.write(text),
  }
}
