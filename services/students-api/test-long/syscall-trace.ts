import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'

const tracer = 'strace'
const calls = 'trace=fdatasync,fsync,write,writev,sendto,sendmsg'
const unfinished = '<unfinished ...>'

/**
 * What processes have synced and sent, one system call a line. One strace follows them all and holds each at the end of
 * its calls, so a line stands before all that another process could do only thanks to it.
 */
export class SyscallTrace {
  readonly #lines: readonly string[]

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  /** Of what they do, and whom they start, while `work` goes on. */
  static async take(pids: readonly number[], file: string, work: () => Promise<void>): Promise<SyscallTrace> {
    const targets = pids.flatMap((pid) => ['-p', String(pid)])
    const strace = spawn(tracer, ['-f', '-y', ...targets, '-e', calls, '-s', '16', '-o', file])
    await attached(strace.stderr, pids)
    await work()
    const exit = once(strace, 'exit')
    strace.kill('SIGINT')
    await exit
    return new SyscallTrace(readFileSync(file, 'utf8').split('\n'))
  }

  /** How many answers 201 left, and how many of them after a sync of such a file, done since the one before left. */
  answersAfterSync(file: RegExp): { answers: number; synced: number } {
    let [answers, synced, isSynced] = [0, 0, false]
    for (const line of ordered(this.#lines)) {
      const [, path = ''] = /\bf(?:data)?sync\(\d+<(.*?)(?:\(deleted\))?>.*= 0$/.exec(line) ?? []
      if (file.test(path)) isSynced = true
      if (!line.includes('"HTTP/1.1 201')) continue
      answers++
      if (isSynced) synced++
      isSynced = false
    }
    return { answers, synced }
  }
}

/** It says so of each. */
async function attached(stderr: Readable, pids: readonly number[]): Promise<void> {
  let said = ''
  for await (const [text] of on(stderr, 'data', { close: ['end'] })) {
    said += String(text)
    if (pids.every((pid) => said.includes(`Process ${pid} attached`))) return
  }
  throw new Error(`${tracer} has ended: ${said}`)
}

/** What was sent stands where it began, also where another process came between; what was synced, where it ended. */
function* ordered(lines: readonly string[]): Generator<string> {
  const begun = new Map<string, string>()
  for (const line of lines) {
    const [pid = ''] = line.split(' ', 1)
    if (line.endsWith(unfinished)) begun.set(pid, line.slice(0, -unfinished.length).trimEnd())
    const [resumed] = /^\d+ +<\.\.\. \w+ resumed>/.exec(line) ?? []
    if (resumed === undefined) yield line
    else if (resumed.includes('sync')) yield (begun.get(pid) ?? '') + line.slice(resumed.length)
  }
}
