import { readFileSync } from 'node:fs'

/**
 * How much of a stretch of time this thread wanted a core and had none, or the whole machine had none: 0–1. What is
 * measured then says nothing of Proctor.
 */
export class HostWatch {
  #at = performance.now()
  #waitedMs = waitedMs()
  #stolen = stolenShare()

  /** Since this was asked last. */
  take(): number {
    const now = performance.now()
    const [waited, stolen] = [waitedMs(), stolenShare()]
    const share = (waited - this.#waitedMs) / (now - this.#at)
    const steal = (stolen.steal - this.#stolen.steal) / Math.max(1, stolen.all - this.#stolen.all)
    this.#at = now
    this.#waitedMs = waited
    this.#stolen = stolen
    return Math.max(share, steal)
  }
}

/** In the queue for a core; the kernel counts nanoseconds. */
function waitedMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6
}

function stolenShare(): { steal: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n')
  const ticks = line.trim().split(/ +/).slice(1, 9).map(Number)
  return { steal: ticks[7] ?? 0, all: ticks.reduce((sum, value) => sum + value, 0) }
}
