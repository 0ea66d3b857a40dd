import type { Timetable } from '../http/client.ts'
import type { User } from '../scenario/task.ts'
import { type Identity, Session, type Workplace } from './session.ts'

/**
 * One user of an open load: it does one task, or one task set, for each arrival it is given, and keeps its connections and
 * its state between two. It never waits in between: arrivals come when they come.
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

  /** Whether it has ended of itself, and does nothing any more. */
  get isOver(): boolean {
    return !this.#session.isWorking
  }

  /**
   * Starts where it has not yet, and does one task; of a task set, all until it is left. `stream` names the arrival's
   * random choices.
   */
  async visit(stream: string, dueAt: number): Promise<void> {
    const session = this.#session
    session.renew(stream)
    this.#dueAt = dueAt
    this.#user ??= await session.start()
    if (this.#user === undefined || !session.isWorking) return
    const step = session.next()
    if (step === undefined) return
    try {
      await step.run(this.#user)
    } catch (error) {
      session.note(step, error)
    }
    if (session.isAmidst) await this.#goOn(this.#user)
  }

  /** Within a set it thinks between two tasks; behind it, it is done. */
  async #goOn(user: User<never>): Promise<void> {
    const { clock } = this.#workplace
    const session = this.#session
    for (let since = clock.now(); session.isWorking;) {
      const waitSeconds = session.waitSeconds((clock.now() - since) / 1000)
      if (!session.isAmidst) return
      since = clock.now() + waitSeconds * 1000
      await session.sleep(waitSeconds)
      const step = session.isWorking ? session.next() : undefined
      if (step === undefined) return
      try {
        await step.run(user)
      } catch (error) {
        session.note(step, error)
      }
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
