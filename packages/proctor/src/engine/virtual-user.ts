import type { User } from '../scenario/task.ts'
import type { Iterations } from './iterations.ts'
import { FALLBACK_WAIT_SECONDS, type Identity, Session, type Workplace } from './session.ts'

/** One user of a closed load: it picks a task, does it, waits, and picks again until it is stopped or nothing is left to do. */
export class VirtualUser {
  readonly #workplace: Workplace
  readonly #session: Session
  readonly #iterations: Iterations

  constructor(identity: Identity, workplace: Workplace, iterations: Iterations) {
    this.#workplace = workplace
    this.#session = new Session(identity, workplace)
    this.#iterations = iterations
  }

  /** Resolves when the user has stopped and done its last. */
  async run(): Promise<void> {
    const user = await this.#start()
    if (user !== undefined) await this.#work(user)
    await this.#session.leave(user)
  }

  /** The request under way is waited for; then the task ends, and nothing but `onStop` follows. */
  stop(): void {
    this.#session.stop()
  }

  /** From now on it asks for nothing, in `onStop` neither. */
  end(): void {
    this.#session.end()
  }

  /** Tries until `state` and `onStart` have passed; `undefined` when the user was stopped before. */
  async #start(): Promise<User<never> | undefined> {
    const session = this.#session
    while (session.isWorking) {
      const user = await session.start()
      if (user !== undefined) return user
      await session.sleep(Math.max(FALLBACK_WAIT_SECONDS, session.waitSeconds(0)))
    }
    return undefined
  }

  async #work(user: User<never>): Promise<void> {
    const { clock, recorder } = this.#workplace
    const session = this.#session
    let dueAt = clock.now()
    while (session.isWorking && (session.isAmidst || this.#iterations.take())) {
      const step = session.next()
      if (step === undefined) return this.#iterations.putBack()
      const answersBefore = recorder.answers
      try {
        // Awaited here, not in a method of its own: this is the hot path, and every async function on it costs.
        await step.run(user)
      } catch (error) {
        session.note(step, error)
      }
      if (!session.isWorking) return
      let waitSeconds = 0
      if (session.waits) {
        const now = clock.now()
        waitSeconds = session.waitSeconds((now - dueAt) / 1000)
        dueAt = now + waitSeconds * 1000
      } else if (session.isAmidst) {
        dueAt = clock.now()
      }
      // While no answer has come the event loop may not have turned: without a pause it never would.
      if (waitSeconds > 0 || recorder.answers === answersBefore) await session.sleep(waitSeconds)
    }
  }
}
