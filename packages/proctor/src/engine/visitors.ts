import type { Arrival } from '../shape/arrivals.ts'
import type { UserClass } from '../scenario/user.ts'
import type { Workplace } from './session.ts'
import { Visitor } from './visitor.ts'

/** The users of an open load in one worker: one for each arrival under way, and those who wait to be used again. */
export class Visitors {
  readonly #userClasses: ReadonlyMap<string, UserClass>
  readonly #workplace: Workplace
  readonly #idle: ReadonlyMap<string, Visitor[]>
  /** Each with the promise of the end of its visit. */
  readonly #busy = new Map<Visitor, Promise<void>>()
  #peak = 0

  constructor(userClasses: ReadonlyMap<string, UserClass>, workplace: Workplace) {
    this.#userClasses = userClasses
    this.#workplace = workplace
    this.#idle = new Map([...userClasses.keys()].map((name) => [name, []]))
  }

  get busy(): number {
    return this.#busy.size
  }

  /** The most at work since this was asked last. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.#busy.size
    return peak
  }

  /** Has the user who was used last do it, or a new one. `onLeft` is told when it is done. */
  admit(arrival: Arrival, className: string, dueAt: number, onLeft: () => void): void {
    const stream = `${className}/${arrival.index}`
    const visitor = this.#idle.get(className)!.pop() ?? this.#newcomer(className, arrival.index, stream)
    this.#busy.set(visitor, this.#visit(visitor, className, stream, dueAt, onLeft))
    this.#peak = Math.max(this.#peak, this.#busy.size)
  }

  /** Stops every user; resolves when the last has done its last. */
  async stop(): Promise<void> {
    for (const visitor of this.#all()) visitor.stop()
    await Promise.all(this.#busy.values())
    await Promise.all(this.#all().map((visitor) => visitor.leave()))
  }

  end(): void {
    for (const visitor of this.#all()) visitor.end()
  }

  async #visit(
    visitor: Visitor,
    className: string,
    stream: string,
    dueAt: number,
    onLeft: () => void,
  ): Promise<void> {
    await visitor.visit(stream, dueAt)
    if (visitor.isOver) await visitor.leave()
    this.#busy.delete(visitor)
    if (!visitor.isOver) this.#idle.get(className)!.push(visitor)
    onLeft()
  }

  #newcomer(className: string, id: number, stream: string): Visitor {
    return new Visitor(
      { className, userClass: this.#userClasses.get(className)!, id, stream },
      this.#workplace,
    )
  }

  #all(): Visitor[] {
    return [...this.#busy.keys(), ...[...this.#idle.values()].flat()]
  }
}
