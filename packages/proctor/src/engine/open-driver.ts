import type { Clock } from '../clock/clock.ts'
import { type Arrival, type ArrivalTimes, NANOSECOND } from '../shape/arrivals.ts'
import { constant } from '../shape/profile.ts'
import type { Driver } from './driver.ts'
import type { Share } from './plan.ts'
import type { Recorder } from './recorder.ts'
import type { ArrivalCounts } from './snapshot.ts'
import type { Stopwatch } from './stopwatch.ts'
import type { Visitors } from './visitors.ts'

export interface OpenDriverOptions {
  /** All arrivals of the run, those of other workers too. */
  readonly arrivals: Iterator<Arrival, void>
  readonly times: ArrivalTimes
  /** The class of the next arrival; asked for each in its turn. */
  readonly nextClass: (arrival: Arrival) => string
  /** The most at work at a time, in this worker. */
  readonly maxUsers: number
  readonly whenBusy: 'late' | 'missed'
  /** Who is due then or later doesn't come. */
  readonly endMs: number
  readonly share: Share
  readonly visitors: Visitors
  readonly recorder: Recorder
  readonly clock: Clock
  readonly stopwatch: Stopwatch
}

interface Due extends Arrival {
  readonly className: string
  readonly dueMs: number
}

const NOBODY: Due = { index: -1, position: Infinity, className: '', dueMs: Infinity }

/** A timer may be late by so much; from here on the event loop is turned until the arrival is due. */
const SPIN_MS = 2

/** A turn that takes longer had more to do than to look whether there is something to do. */
const IDLE_TURN_MS = 0.02

/** Whom the generator has not come to so long after they were due, it owes; a moment's delay is slip, and no more. */
const OWED_MS = 5

/** Where nobody is due for long, the load may be over meanwhile. */
const LOOK_MS = 100

/**
 * Admits each arrival when it is due, or as soon after as can be: none is ever dropped in silence. Every worker follows
 * the schedule of the whole run and admits its own share of it, so the run is the same whatever the number of workers.
 */
export class OpenDriver implements Driver {
  readonly #options: OpenDriverOptions
  #next = NOBODY
  /** Those who are due, and whom the generator has not come to. */
  #due: Due[] = []
  #offered = 0
  #achieved = 0
  /** Those who found as many at work as may be, first come first. */
  #late: Due[] = []
  #isStopped = false
  #cancelNext: () => void = () => {}
  #onDone: () => void = () => {}
  #onOver: () => void = () => {}
  /** As things stood at the last step. */
  #stepMs = 0
  #stepNext = NOBODY
  #stepEnded = 0
  // Made once: the loop is turned some 100,000 times a second while the next arrival is near.
  readonly #onTime = (): void => this.#step()
  readonly #onTurn = (): void => {
    this.#noteTurn()
    this.#step()
  }

  constructor(options: OpenDriverOptions) {
    this.#options = options
  }

  /** Arrivals that are to come are for every worker to see. */
  onSpare(): void {}

  start(onDone: () => void, onOver: () => void): void {
    this.#onDone = onDone
    this.#onOver = onOver
    this.#take()
    this.#step()
  }

  steer(target: number, atMs: number): void {
    const { times } = this.#options
    times.change(constant(target), atMs)
    this.#next = { ...this.#next, dueMs: times.dueMs(this.#next.position) }
    this.#step()
  }

  takePeak(): number {
    return this.#options.visitors.takePeak()
  }

  takeArrivals(): ArrivalCounts {
    this.#fallDue(this.#options.stopwatch.elapsedMs - OWED_MS)
    const counts = { offered: this.#offered, achieved: this.#achieved }
    this.#offered = this.#achieved = 0
    return counts
  }

  /** What was due and could not begin is missed. */
  async stop(): Promise<void> {
    const { recorder, stopwatch, visitors } = this.#options
    this.#isStopped = true
    this.#cancelNext()
    this.#fallDue(stopwatch.elapsedMs)
    for (const _ of [...this.#due.splice(0), ...this.#late.splice(0)]) recorder.missed()
    await visitors.stop()
  }

  end(): void {
    this.#options.visitors.end()
  }

  #step(): void {
    const { clock, recorder, stopwatch } = this.#options
    this.#cancelNext()
    this.#stepMs = stopwatch.elapsedMs
    this.#stepNext = this.#next
    this.#stepEnded = recorder.ended
    this.#admitDue(this.#stepMs)
    this.#checkDone()
    const aheadMs = Math.min(this.#next.dueMs - stopwatch.elapsedMs, LOOK_MS)
    this.#cancelNext =
      aheadMs > SPIN_MS ? clock.after(aheadMs - SPIN_MS, this.#onTime) : clock.nextTurn(this.#onTurn)
  }

  /** A turn of the loop since the last step in which nobody came or left is no work of the generator's. */
  #noteTurn(): void {
    const { recorder, stopwatch } = this.#options
    const tookMs = stopwatch.elapsedMs - this.#stepMs
    const isIdle = this.#next === this.#stepNext && recorder.ended === this.#stepEnded
    if (isIdle && tookMs < IDLE_TURN_MS) recorder.spun(tookMs)
  }

  #admitDue(nowMs: number): void {
    const { recorder, stopwatch, times } = this.#options
    this.#fallDue(nowMs)
    for (const due of this.#due) {
      recorder.slipped(stopwatch.elapsedMs - due.dueMs)
      this.#arrive(due)
    }
    this.#achieved += this.#due.length
    this.#due.length = 0
    times.pass(nowMs)
  }

  #fallDue(untilMs: number): void {
    for (; this.#isDue(untilMs); this.#take()) {
      this.#offered += 1
      this.#due.push(this.#next)
    }
  }

  #isDue(nowMs: number): boolean {
    const { dueMs } = this.#next
    return dueMs <= nowMs && dueMs < this.#options.endMs - NANOSECOND
  }

  #arrive(due: Due): void {
    const { visitors, maxUsers, whenBusy, recorder } = this.#options
    if (visitors.busy < maxUsers) this.#admit(due)
    else if (whenBusy === 'late') this.#late.push(due)
    else recorder.missed()
  }

  #admit(due: Due): void {
    const { visitors, stopwatch } = this.#options
    visitors.admit(due, due.className, stopwatch.readingAt(due.dueMs), () => this.#left())
  }

  #left(): void {
    if (this.#isStopped) return
    const late = this.#late.shift()
    if (late !== undefined) this.#admit(late)
    else this.#checkDone()
  }

  #checkDone(): void {
    const { times, stopwatch, visitors } = this.#options
    const { elapsedMs } = stopwatch
    // Time may have passed since the last step, and the load be over: who was due until then begins yet.
    this.#fallDue(elapsedMs)
    const nobodyWaits = this.#due.length === 0 && this.#late.length === 0
    if (!nobodyWaits) return
    if (times.isOver(elapsedMs)) return this.#onOver()
    if (this.#next === NOBODY && visitors.busy === 0) this.#onDone()
  }

  /** Takes this worker's next arrival. */
  #take(): void {
    const { arrivals, times, nextClass, share } = this.#options
    this.#next = NOBODY
    for (let { done, value } = arrivals.next(); done !== true && value; { done, value } = arrivals.next()) {
      const className = nextClass(value)
      if (value.index % share.of !== share.worker) continue
      this.#next = { ...value, className, dueMs: times.dueMs(value.position) }
      return
    }
  }
}
