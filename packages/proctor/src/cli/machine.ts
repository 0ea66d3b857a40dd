import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import { type Clock, systemClock } from '../clock/clock.ts'
import type { Terminal } from '../report/screen.ts'
import type { Limits } from '../run/preflight.ts'
import { thisLimits } from './limits.ts'

/** The outside world of the command line, in one place: made once, here and in tests. */
export interface Machine {
  /** What stands behind the command's name. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly clock: Clock
  readonly stdout: Terminal
  readonly stderr: Terminal
  readonly limits: Limits
  /** Calls back at each Ctrl-C (SIGINT) or SIGTERM; the answer ends that. */
  onInterrupt(callback: () => void): () => void
  /** Calls back at each key, where a person can press one; the answer ends that. Ctrl-C is an interrupt as ever. */
  onKey(callback: (key: string) => void): () => void
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
    limits: thisLimits(),
    onInterrupt(callback) {
      for (const signal of SIGNALS) process.on(signal, callback)
      return () => {
        for (const signal of SIGNALS) process.off(signal, callback)
      }
    },
    onKey: (callback) => (isatty(0) && isInForeground() ? readKeys(process.stdin, callback) : () => {}),
    exit: (code) => process.exit(code),
  }
}

/** Keys come one by one, without Enter and unseen. */
function readKeys(stdin: NodeJS.ReadStream, callback: (key: string) => void): () => void {
  const read = (keys: string): void => {
    for (const key of keys) {
      const signal = SIGNAL_OF[key]
      if (signal === undefined) callback(key)
      else process.kill(process.pid, signal)
    }
  }
  const goOn = (): void => void stdin.setRawMode(true)
  stdin.setRawMode(true).setEncoding('utf8').on('data', read)
  process.on('SIGCONT', goOn)
  return () => {
    process.off('SIGCONT', goOn)
    stdin.off('data', read).setRawMode(false).pause()
  }
}

/** One in the background that turns to the terminal is stopped by it. Where the system doesn't say, it is in front. */
function isInForeground(): boolean {
  try {
    // Behind the name, which may hold anything: state, parent, group, session, terminal, the terminal's group.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ')
    return group === foreground
  } catch {
    return true
  }
}

/** A terminal that gives keys one by one raises no signals itself. */
const SIGNAL_OF: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
}

/** Where a terminal does not say how large it is. */
const USUAL_ROWS = 24
const USUAL_COLUMNS = 80

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
    get columns() {
      return stream.columns > 0 ? stream.columns : USUAL_COLUMNS
    },
    write: (text) => void stream.write(text),
  }
}
