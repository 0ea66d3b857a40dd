import type { Arrival } from '../shape/arrivals.ts'
import type { UserClass } from '../scenario/user.ts'
import type { Workplace } from './session.ts'
import { Visitor } from './visitor.ts'

/** The users of an open load in one worker: one for each arrival under way, and those who wait to be used again. */
export class Visitors {
  readonly #userClasses: ReadonlyMap<string, UserClass>
  readonly #workplace: Workplace
  readonly #idle: ReadonlyMap<string, Visitor[]>
  /** Whoever came and is not over, busy or idle. */
  readonly #present: Visitor[] = []
  // A number: each arrival put into a set and taken out leaves its old tables behind, which keep each other and what was
  // in them from the young collections until a long one.
  #busy = 0
  #onNobodyBusy: () => void = () => {}
  #peak = 0

  constructor(userClasses: ReadonlyMap<string, UserClass>, workplace: Workplace) {
    this.#userClasses = userClasses
    this.#workplace = workplace
    this.#idle = new Map([...userClasses.keys()].map((name) => [name, []]))
  }

  get busy(): number {
    return this.#busy
  }

  /** The most at work since this was asked last. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.#busy
    return peak
  }

  /** Has the user who was used last do it, or a new one. `onLeft` is told when it is done. */
  admit(arrival: Arrival, className: string, dueAt: number, onLeft: () => void): void {
    const stream = `${className}/${arrival.index}`
    const visitor = this.#idle.get(className)!.pop() ?? this.#newcomer(className, arrival.index, stream)
    this.#busy += 1
    this.#peak = Math.max(this.#peak, this.#busy)
    void this.#visit(visitor, className, stream, dueAt, onLeft)
  }

  /** Stops every user; resolves when the last has done its last. */
  async stop(): Promise<void> {
    for (const visitor of this.#present) visitor.stop()
    if (this.#busy > 0) await new Promise<void>((resolve) => (this.#onNobodyBusy = resolve))
    await Promise.all(this.#present.map((visitor) => visitor.leave()))
  }

  end(): void {
    for (const visitor of this.#present) visitor.end()
  }

  async #visit(
    visitor: Visitor,
    className: string,
    stream: string,
    dueAt: number,
    onLeft: () => void,
  ): Promise<void> {
    await visitor.visit(stream, dueAt)
    if (visitor.isOver) {
      await visitor.leave()
      this.#present.splice(this.#present.indexOf(visitor), 1)
    } else this.#idle.get(className)!.push(visitor)
    this.#busy -= 1
    if (this.#busy === 0) this.#onNobodyBusy()
    onLeft()
  }

  #newcomer(className: string, id: number, stream: string): Visitor {
    const userClass = this.#userClasses.get(className)!
    const visitor = new Visitor({ className, userClass, id, stream }, this.#workplace)
    this.#present.push(visitor)
    return visitor
  }
}
