import type { Scenario } from '../scenario/load-scenario.ts'
import { mixUsers } from '../scenario/user-mix.ts'
import { VirtualUser, type Workplace } from './virtual-user.ts'

/** The users at work in one worker. */
export class Population {
  readonly #scenario: Scenario
  readonly #workplace: Workplace
  readonly #classOfUser: readonly string[]
  readonly #startedOfClass = new Map<string, number>()
  /** Each with the promise of its end. */
  readonly #atWork = new Map<VirtualUser, Promise<void>>()
  #started = 0
  #peak = 0
  #state: 'open' | 'closed' = 'open'

  /** `peak` is the most users there will ever be. */
  constructor(scenario: Scenario, peak: number, workplace: Workplace) {
    this.#scenario = scenario
    this.#workplace = workplace
    const shares = [...scenario].map(([name, { weight, fixedCount }]) => ({ name, weight, fixedCount }))
    this.#classOfUser = mixUsers(shares, peak)
  }

  /** The most users at work since this was asked last. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.#atWork.size
    return peak
  }

  /** Starts users until `wanted` have been started in all. */
  growTo(wanted: number): void {
    const last = Math.min(wanted, this.#classOfUser.length)
    while (this.#state === 'open' && this.#started < last) this.#startNext()
  }

  /** Stops every user and starts none again; resolves when the last has done its last. */
  async stop(): Promise<void> {
    this.#state = 'closed'
    for (const user of this.#atWork.keys()) user.stop()
    await Promise.all(this.#atWork.values())
  }

  /** Waits for nobody any longer: whoever is still at work asks for nothing more. */
  end(): void {
    for (const user of this.#atWork.keys()) user.end()
  }

  #startNext(): void {
    const id = this.#started++
    const className = this.#classOfUser[id]!
    const number = this.#startedOfClass.get(className) ?? 0
    this.#startedOfClass.set(className, number + 1)
    const user = new VirtualUser(className, this.#scenario.get(className)!, id, number, this.#workplace)
    this.#atWork.set(
      user,
      user.run().finally(() => this.#atWork.delete(user)),
    )
    this.#peak = Math.max(this.#peak, this.#atWork.size)
  }
}
