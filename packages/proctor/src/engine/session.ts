import type { Clock } from '../clock/clock.ts'
import { HttpClient } from '../http/client.ts'
import type { Origin } from '../http/origin.ts'
import type { Transport } from '../http/transport.ts'
import { reasonOf } from '../http/judging.ts'
import { fetchThrough } from '../http/fetch.ts'
import { Random } from '../scenario/random.ts'
import { Signal } from '../scenario/signal.ts'
import type { User } from '../scenario/task.ts'
import type { UserClass } from '../scenario/user.ts'
import { noWait } from '../scenario/wait-time.ts'
import type { Feeds } from './feeds.ts'
import { Journey, type Step } from './journey.ts'
import type { Recorder } from './recorder.ts'
import { countAsFailure, isScenariosOwn, UserStopped } from './user-stopped.ts'

/** What the users of one worker share. */
export interface Workplace {
  readonly clock: Clock
  readonly transport: Transport
  readonly recorder: Recorder
  readonly origin: Origin
  readonly seed: number
  readonly feeds: Feeds
  /** Ends the run for all: in good order, or, where there is a reason, as one that cannot go on. */
  readonly endRun: (reason: string | undefined) => void
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

/** A signal is no failure; what is one is no exception any more. */
function failureOf(error: unknown): string | undefined {
  if (error instanceof Signal) return undefined
  countAsFailure(error)
  return reasonOf(error)
}

/** One user as tasks see it: its client, its random choices, its state, and whether it may still ask. */
export class Session {
  readonly client: HttpClient
  readonly #identity: Identity
  readonly #workplace: Workplace
  readonly #journey: Journey
  readonly #random: Random
  /** What wakes each sleep under way. */
  readonly #wakers = new Set<() => void>()
  /** Asks and sleeps while it works and, in `onStop`, while it leaves; otherwise both are refused. */
  #state: 'working' | 'stopping' | 'leaving' | 'ended' = 'working'

  constructor(identity: Identity, workplace: Workplace) {
    this.#identity = identity
    this.#workplace = workplace
    const { userClass, id } = identity
    const origin = userClass.originAt(workplace.origin)
    this.client = new HttpClient(origin, workplace.transport, { user: id, ...userClass.http })
    this.#random = new Random(workplace.seed, identity.stream)
    this.#journey = new Journey(identity.userClass, this.#random)
  }

  get isWorking(): boolean {
    return this.#state === 'working'
  }

  /** Whether it is in a task set: what it began is not over. */
  get isAmidst(): boolean {
    return this.#journey.isAmidst
  }

  /** From here on it is as one who just came: its random choices are another sequence. */
  renew(stream: string): void {
    this.#random.reseed(this.#workplace.seed, stream)
    this.#journey.restart()
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

  /** What it does next; `undefined` when there is nothing left to do. */
  next(): Step | undefined {
    return this.#journey.next()
  }

  /** What a step threw. */
  note(step: Step, error: unknown): void {
    const isLeaving = error instanceof Signal && error.ends === 'visit'
    if (step.kind === 'onStart' && !isLeaving) this.#journey.abandon()
    this.#note(step.name, error)
  }

  /** Whether there is anything to ask `waitSeconds` for. */
  get waits(): boolean {
    return this.#journey.settle() !== noWait
  }

  /** How long to wait once a step is over. */
  waitSeconds(taskSeconds: number): number {
    try {
      const seconds = this.#journey.settle()({ random: this.#random, taskSeconds })
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

  /** `onStop` of the sets that it is in and its own, where the user has not been ended before, and the end. */
  async leave(user: User<never> | undefined): Promise<void> {
    if (user !== undefined && this.#state !== 'ended') {
      this.#state = 'leaving'
      this.client.refuse(undefined)
      for (const { name, run } of this.#journey.leaveAll()) await this.#attempt(name, () => run(user))
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
      this.#note(task, error)
      return false
    }
  }

  /** A signal is heeded, an exception of the scenario counted; a failed request was counted already. */
  #note(task: string, error: unknown): void {
    if (error instanceof Signal) this.#heed(error)
    else if (isScenariosOwn(error)) this.#workplace.recorder.exception(this.#identity.className, task, error)
  }

  #heed({ ends, reason }: Signal): void {
    if (ends === 'visit') return this.#journey.leave()
    this.stop()
    if (ends === 'run') this.#workplace.endRun(reason)
  }

  #asSeenByTasks(state: never): User<never> {
    const user: User<never> = {
      http: this.client,
      random: this.#random,
      state,
      id: this.#identity.id,
      sleep: async (seconds) => {
        if (!(seconds >= 0)) throw new RangeError(`expected sleep(seconds) with seconds ≥ 0, got ${seconds}`)
        await this.sleep(this.#refuses ? 0 : seconds)
        if (this.#refuses) throw new UserStopped()
      },
      fetch: fetchThrough(this.client, this.#workplace.origin),
      measure: (name, run) => this.#measure(name, run),
      transaction: (name, run) => this.#transaction(name, run),
      take: (feed) => this.#workplace.feeds.take(feed, user),
    }
    return user
  }

  async #measure<T>(name: string, run: () => T | Promise<T>): Promise<T> {
    if (this.#refuses) throw new UserStopped()
    const { clock, recorder } = this.#workplace
    const measured = recorder.measuring(clock.now())
    try {
      const result = await run()
      recorder.measured(measured, name, clock.now(), undefined)
      return result
    } catch (error) {
      if (error instanceof UserStopped) recorder.measuringInterrupted(measured, clock.now())
      else recorder.measured(measured, name, clock.now(), failureOf(error))
      throw error
    }
  }

  /** One that the run's end cuts off is counted nowhere. */
  async #transaction<T>(name: string, run: () => T | Promise<T>): Promise<T> {
    const { clock, recorder } = this.#workplace
    const open = recorder.transactions.open(this.#identity.id, clock.now())
    try {
      const result = await run()
      recorder.transacted(name, open, clock.now())
      return result
    } catch (error) {
      if (!(error instanceof Signal)) open.hasFailed = true
      if (!(error instanceof UserStopped)) recorder.transacted(name, open, clock.now())
      throw error
    } finally {
      recorder.transactions.close(open)
    }
  }
}
