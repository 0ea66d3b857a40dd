import type { Clock } from '../clock/clock.ts'
import { HttpClient } from '../http/client.ts'
import type { Origin } from '../http/origin.ts'
import type { Transport } from '../http/transport.ts'
import { Random } from '../scenario/random.ts'
import type { CheckedTask, User, UserClass } from '../scenario/user.ts'
import { noWait } from '../scenario/wait-time.ts'
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

/** Who a user is: the same whatever the number of workers. */
export interface Identity {
  readonly className: string
  readonly userClass: UserClass
  /** Unique within the run. */
  readonly id: number
  /** Names the sequence of the user's random choices. */
  readonly stream: string
}

/** A wait that makes no sense is an exception of the scenario; the user waits this long instead. */
export const FALLBACK_WAIT_SECONDS = 1

/** One user as tasks see it: its client, its random choices, its state, and whether it may still ask. */
export class Session {
  readonly client: HttpClient
  readonly #identity: Identity
  readonly #workplace: Workplace
  readonly #picker: TaskPicker
  readonly #random: Random
  /** What wakes each sleep under way. */
  readonly #wakers = new Set<() => void>()
  /** Asks and sleeps while it works and, in `onStop`, while it leaves; otherwise both are refused. */
  #state: 'working' | 'stopping' | 'leaving' | 'ended' = 'working'

  constructor(identity: Identity, workplace: Workplace) {
    this.#identity = identity
    this.#workplace = workplace
    this.#picker = new TaskPicker(identity.userClass.tasks)
    this.client = new HttpClient(workplace.origin, workplace.transport, identity.id)
    this.#random = new Random(workplace.seed, identity.stream)
  }

  get isWorking(): boolean {
    return this.#state === 'working'
  }

  /** From here on its random choices are another sequence. */
  reseed(stream: string): void {
    this.#random.reseed(this.#workplace.seed, stream)
  }

  /** `state` and `onStart`, once; `undefined` when they did not pass. */
  async start(): Promise<User<never> | undefined> {
    const { onStart, state } = this.#identity.userClass
    let user: User<never> | undefined
    const passed = await this.#attempt('onStart', async () => {
      user = this.#asSeenByTasks(state() as never)
      await onStart?.(user)
    })
    return passed ? user : undefined
  }

  pickTask(): CheckedTask {
    return this.#picker.pick(this.#random)
  }

  /** An exception of the scenario is counted; a failed request was counted already. */
  note(task: string, error: unknown): void {
    if (isScenariosOwn(error)) this.#workplace.recorder.exception(this.#identity.className, task, error)
  }

  /** Whether there is anything to ask `waitSeconds` for. */
  get waits(): boolean {
    return this.#identity.userClass.waitTime !== noWait
  }

  waitSeconds(taskSeconds: number): number {
    try {
      const seconds = this.#identity.userClass.waitTime({ random: this.#random, taskSeconds })
      if (Number.isFinite(seconds) && seconds >= 0) return seconds
      throw new RangeError(`expected waitTime to answer seconds ≥ 0, got ${seconds}`)
    } catch (error) {
      this.#workplace.recorder.exception(this.#identity.className, 'waitTime', error)
      return FALLBACK_WAIT_SECONDS
    }
  }

  /** Resolves after the time given, or at once when the user is stopped. */
  sleep(seconds: number): Promise<void> {
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

  /** The request under way is waited for; then the task ends, and nothing but `onStop` follows. */
  stop(): void {
    if (this.#state === 'working') this.#refuse('stopping')
  }

  /** From now on it asks for nothing, in `onStop` neither. */
  end(): void {
    this.#refuse('ended')
  }

  /** `onStop`, where the user has not been ended before, and the end. */
  async leave(user: User<never> | undefined): Promise<void> {
    if (user !== undefined && this.#state !== 'ended') {
      this.#state = 'leaving'
      this.client.refuse(undefined)
      await this.#attempt('onStop', () => this.#identity.userClass.onStop?.(user))
    }
    this.end()
    this.client.close()
  }

  get #refuses(): boolean {
    return this.#state === 'stopping' || this.#state === 'ended'
  }

  #refuse(state: 'stopping' | 'ended'): void {
    this.#state = state
    this.client.refuse(() => new UserStopped())
    for (const wake of this.#wakers) wake()
  }

  /** Does what the scenario says and answers whether it passed. */
  async #attempt(task: string, run: () => unknown): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      this.note(task, error)
      return false
    }
  }

  #asSeenByTasks(state: never): User<never> {
    return {
      http: this.client,
      random: this.#random,
      state,
      id: this.#identity.id,
      sleep: async (seconds) => {
        if (!(seconds >= 0)) throw new RangeError(`expected sleep(seconds) with seconds ≥ 0, got ${seconds}`)
        await this.sleep(this.#refuses ? 0 : seconds)
        if (this.#refuses) throw new UserStopped()
      },
    }
  }
}
