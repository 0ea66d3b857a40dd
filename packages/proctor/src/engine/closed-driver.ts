import { ramp } from '../shape/profile.ts'
import { total, type Users, usersOf, type UsersOverTime } from '../shape/users-over-time.ts'
import type { Driver } from './driver.ts'
import type { Population } from './population.ts'
import type { ArrivalCounts } from './snapshot.ts'
import type { Stopwatch } from './stopwatch.ts'

export interface ClosedDriverOptions {
  readonly users: UsersOverTime
  /** Users started or stopped a second where the load is changed by hand, unless a rate is given with the change. */
  readonly spawnRate: number
  readonly population: Population
  /** Whether the tasks that the run may begin are used up. */
  readonly isSpent: () => boolean
  readonly stopwatch: Stopwatch
}

/** Keeps as many users at work as the load says. */
export class ClosedDriver implements Driver {
  readonly #options: ClosedDriverOptions
  #users: UsersOverTime
  #spawnRate: number
  /** Whether the number of users will change by itself. */
  #mayCome = true
  #steeredAtMs = 0
  #cancelNext: () => void = () => {}
  #onDone: () => void = () => {}
  #onOver: () => void = () => {}
  #onSpare: (isSpare: boolean) => void = () => {}
  #isSpare = false

  constructor(options: ClosedDriverOptions) {
    this.#options = options
    this.#users = options.users
    this.#spawnRate = options.spawnRate
  }

  start(onDone: () => void, onOver: () => void): void {
    this.#onDone = onDone
    this.#onOver = onOver
    this.#options.population.onEmpty(() => this.#checkDone())
    this.#adjust()
  }

  onSpare(callback: (isSpare: boolean) => void): void {
    this.#onSpare = callback
  }

  steer(target: number, atMs: number, spawnRate: number | undefined): void {
    this.#options.stopwatch.at(atMs, () => {
      // Timers may come in another order than they are due: what was asked last holds.
      if (atMs < this.#steeredAtMs) return
      this.#steeredAtMs = atMs
      this.#spawnRate = spawnRate ?? this.#spawnRate
      this.#users = usersOf(ramp(total(this.#users.usersAt(atMs) ?? 0), target, this.#spawnRate, atMs))
      this.#adjust()
    })
  }

  takePeak(): number {
    return this.#options.population.takePeak()
  }

  takeArrivals(): ArrivalCounts {
    return { offered: 0, achieved: 0 }
  }

  stop(): Promise<void> {
    this.#cancelNext()
    return this.#options.population.stop()
  }

  end(): void {
    this.#options.population.end()
  }

  #adjust(): void {
    const { population, stopwatch } = this.#options
    this.#cancelNext()
    const { elapsedMs } = stopwatch
    const users: Users | undefined = this.#users.usersAt(elapsedMs)
    if (users === undefined) return this.#onOver()
    population.adjustTo(users)
    const next = this.#users.nextChangeMs(elapsedMs)
    this.#mayCome = next !== undefined
    if (next !== undefined) this.#cancelNext = stopwatch.at(next, () => this.#adjust())
    this.#checkDone()
  }

  /** Tasks may be used up; or every user has ended of itself, and none is to come. */
  #checkDone(): void {
    const { population, isSpent } = this.#options
    const isSpare = population.isEmpty && !this.#mayCome
    if (population.isEmpty && isSpent()) return this.#onDone()
    if (isSpare && population.hasLost) return this.#onDone()
    if (isSpare !== this.#isSpare) this.#onSpare(isSpare)
    this.#isSpare = isSpare
  }
}
