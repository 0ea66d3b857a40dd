import type { Timetable } from '../http/client.ts'
import type { User } from '../scenario/user.ts'
import { type Identity, Session, type Workplace } from './session.ts'

/**
 * One user of an open load: it does one task for each arrival it is given, and keeps its connections and its state
 * between two. It never waits in between: arrivals come when they come.
 */
export class Visitor implements Timetable {
  readonly #workplace: Workplace
  readonly #session: Session
  #user: User<never> | undefined
  /** When the arrival was due, until its first request has been asked for. */
  #dueAt = Number.NaN

  constructor(identity: Identity, workplace: Workplace) {
    this.#workplace = workplace
    this.#session = new Session(identity, workplace)
    this.#session.client.follow(this)
  }

  /** The first request of an arrival is due with the arrival, those after it when they are asked for. */
  take(): number {
    const dueAt = this.#dueAt
    this.#dueAt = Number.NaN
    return Number.isNaN(dueAt) ? this.#workplace.clock.now() : dueAt
  }

  /** Starts where it has not yet, and does one task. `stream` names the arrival's random choices. */
  async visit(stream: string, dueAt: number): Promise<void> {
    const session = this.#session
    session.reseed(stream)
    this.#dueAt = dueAt
    this.#user ??= await session.start()
    if (this.#user === undefined || !session.isWorking) return
    const task = session.pickTask()
    try {
      await task.run(this.#user)
    } catch (error) {
      session.note(task.name, error)
    }
  }

  stop(): void {
    this.#session.stop()
  }

  end(): void {
    this.#session.end()
  }

  leave(): Promise<void> {
    return this.#session.leave(this.#user)
  }
}
