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
  #cancelNext: () => void = () => {}
  #onDone: () => void = () => {}

  constructor(options: ClosedDriverOptions) {
    this.#options = options
    this.#users = options.users
    this.#spawnRate = options.spawnRate
  }

  start(onDone: () => void): void {
    const { population, isSpent } = this.#options
    this.#onDone = onDone
    population.onEmpty(() => {
      if (isSpent()) onDone()
    })
    this.#adjust()
  }

  steer(target: number, atMs: number, spawnRate: number | undefined): void {
    this.#options.stopwatch.at(atMs, () => {
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
    if (users === undefined) return this.#onDone()
    population.adjustTo(users)
    const next = this.#users.nextChangeMs(elapsedMs)
    if (next !== undefined) this.#cancelNext = stopwatch.at(next, () => this.#adjust())
  }
}
