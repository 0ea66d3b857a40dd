import { readFileSync } from 'node:fs'
import { performance, PerformanceObserver } from 'node:perf_hooks'
import type { ThreadProbe, ThreadVitals } from '../engine/thread-probe.ts'

/** The thread in which this is made. */
export class ThisThread implements ThreadProbe {
  #loop = performance.eventLoopUtilization()
  #gcMs = 0
  #coreWaitMs = coreWaitMs()
  #ticks = machineTicks()

  constructor() {
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcMs += duration
    }).observe({ entryTypes: ['gc'] })
  }

  take(): ThreadVitals {
    const [loop, waitedMs, ticks] = [performance.eventLoopUtilization(), coreWaitMs(), machineTicks()]
    const vitals = {
      activeMs: performance.eventLoopUtilization(loop, this.#loop).active,
      gcMs: this.#gcMs,
      coreWaitMs: difference(waitedMs, this.#coreWaitMs),
      stealShare: ticks && this.#ticks && stolenBetween(this.#ticks, ticks),
    }
    this.#loop = loop
    this.#gcMs = 0
    this.#coreWaitMs = waitedMs
    this.#ticks = ticks
    return vitals
  }
}

function difference(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before
}

/** In the queue for a core since the thread began; the kernel counts nanoseconds. Linux alone tells. */
function coreWaitMs(): number | null {
  const [, waited] = told('/proc/thread-self/schedstat')?.split(' ') ?? []
  return waited === undefined ? null : Number(waited) / 1e6
}

interface Ticks {
  readonly stolen: number
  readonly all: number
}

/** Of all cores, since the machine began: user, nice, system, idle, iowait, irq, softirq, steal. Linux alone tells. */
function machineTicks(): Ticks | null {
  const [line] = told('/proc/stat')?.split('\n') ?? []
  const ticks = line?.trim().split(/ +/).slice(1, 9).map(Number)
  return ticks === undefined
    ? null
    : { stolen: ticks[7] ?? 0, all: ticks.reduce((sum, value) => sum + value, 0) }
}

function stolenBetween(before: Ticks, now: Ticks): number {
  const all = now.all - before.all
  return all > 0 ? (now.stolen - before.stolen) / all : 0
}

function told(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
