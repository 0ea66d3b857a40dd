import type { Clock } from '../clock/clock.ts'
import { HttpClient } from '../http/client.ts'
import type { Origin } from '../http/origin.ts'
import type { Transport } from '../http/transport.ts'
import { Random } from '../scenario/random.ts'
import type { User, UserClass } from '../scenario/user.ts'
import type { Recorder } from './recorder.ts'
import { TaskPicker } from './task-picker.ts'
import { isScenariosOwn, UserStopped } from './user-stopped.ts'

/** What the users of one worker share. */
export interface Workplace {
  readonly clock: Clock
  readonly transport: Transport
  readonly recorder: Recorder
  readonly origin: Origin
  readonly seed: number
}

/** A wait that makes no sense is an exception of the scenario; the user waits this long instead. */
const FALLBACK_WAIT_SECONDS = 1

/** One user at work: it picks a task, does it, waits, and picks again until it is stopped. */
export class VirtualUser {
  readonly #className: string
  readonly #class: UserClass
  readonly #workplace: Workplace
  readonly #picker: TaskPicker
  readonly #client: HttpClient
  readonly #random: Random
  readonly #id: number
  /** What wakes each sleep under way. */
  readonly #wakers = new Set<() => void>()
  /** Asks and sleeps while it works and, in `onStop`, while it leaves; otherwise both are refused. */
  #state: 'working' | 'stopping' | 'leaving' | 'ended' = 'working'

  /** `id` is counted within the run; `number` within the class, so that a user's choices depend on nothing else. */
  constructor(className: string, userClass: UserClass, id: number, number: number, workplace: Workplace) {
    this.#className = className
    this.#class = userClass
    this.#workplace = workplace
    this.#picker = new TaskPicker(userClass.tasks)
    this.#client = new HttpClient(workplace.origin, workplace.transport)
    this.#random = new Random(workplace.seed, `${className}/${number}`)
    this.#id = id
  }

  /** Resolves when the user has stopped and done its last. */
  async run(): Promise<void> {
    const user = await this.#start()
    if (user !== undefined) {
      await this.#work(user)
      await this.#leave(user)
    }
    this.end()
    this.#client.close()
  }

  /** The request under way is waited for; then the task ends, and nothing but `onStop` follows. */
  stop(): void {
    if (this.#state === 'working') this.#refuse('stopping')
  }

  /** From now on it asks for nothing, in `onStop` neither. */
  end(): void {
    this.#refuse('ended')
  }

  get #refuses(): boolean {
    return this.#state === 'stopping' || this.#state === 'ended'
  }

  #refuse(state: 'stopping' | 'ended'): void {
    this.#state = state
    this.#client.refuse(() => new UserStopped())
    for (const wake of this.#wakers) wake()
  }

  async #leave(user: User<never>): Promise<void> {
    if (this.#state !== 'stopping') return
    this.#state = 'leaving'
    this.#client.refuse(undefined)
    await this.#attempt('onStop', () => this.#class.onStop?.(user))
  }

  /** Tries until `state` and `onStart` have passed; `undefined` when the user was stopped before. */
  async #start(): Promise<User<never> | undefined> {
    while (this.#state === 'working') {
      const user = await this.#started()
      if (user !== undefined) return user
      await this.#sleep(Math.max(FALLBACK_WAIT_SECONDS, this.#waitSeconds(0)))
    }
    return undefined
  }

  async #started(): Promise<User<never> | undefined> {
    const { onStart, state } = this.#class
    let user: User<never> | undefined
    const passed = await this.#attempt('onStart', async () => {
      user = this.#asSeenByTasks(state() as never)
      await onStart?.(user)
    })
    return passed ? user : undefined
  }

  async #work(user: User<never>): Promise<void> {
    const { clock, recorder } = this.#workplace
    let dueAt = clock.now()
    while (this.#state === 'working') {
      const task = this.#picker.pick(this.#random)
      const endedBefore = recorder.ended
      try {
        // Awaited here, not in #attempt: this is the hot path, and every async function on it costs.
        await task.run(user)
      } catch (error) {
        this.#note(task.name, error)
      }
      if (this.#state !== 'working') return
      const now = clock.now()
      const waitSeconds = this.#waitSeconds((now - dueAt) / 1000)
      dueAt = now + waitSeconds * 1000
      // While no request has ended the event loop may not have turned: without a pause it never would.
      if (waitSeconds > 0 || recorder.ended === endedBefore) await this.#sleep(waitSeconds)
    }
  }

  /** Does what the scenario says and answers whether it passed. */
  async #attempt(task: string, run: () => unknown): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      this.#note(task, error)
      return false
    }
  }

  /** An exception of the scenario is counted; a failed request was counted already. */
  #note(task: string, error: unknown): void {
    if (isScenariosOwn(error)) this.#workplace.recorder.exception(this.#className, task, error)
  }

  #waitSeconds(taskSeconds: number): number {
    try {
      const seconds = this.#class.waitTime({ random: this.#random, taskSeconds })
      if (Number.isFinite(seconds) && seconds >= 0) return seconds
      throw new RangeError(`expected waitTime to answer seconds ≥ 0, got ${seconds}`)
    } catch (error) {
      this.#workplace.recorder.exception(this.#className, 'waitTime', error)
      return FALLBACK_WAIT_SECONDS
    }
  }

  /** Resolves after the time given, or at once when the user is stopped. */
  #sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel()
        this.#wakers.delete(wake)
        resolve()
      }
      const cancel = this.#workplace.clock.after(seconds * 1000, wake)
      this.#wakers.add(wake)
    })
  }

  #asSeenByTasks(state: never): User<never> {
    return {
      http: this.#client,
      random: this.#random,
      state,
      id: this.#id,
      sleep: async (seconds) => {
        if (!(seconds >= 0)) throw new RangeError(`expected sleep(seconds) with seconds ≥ 0, got ${seconds}`)
        await this.#sleep(this.#refuses ? 0 : seconds)
        if (this.#refuses) throw new UserStopped()
      },
    }
  }
}
