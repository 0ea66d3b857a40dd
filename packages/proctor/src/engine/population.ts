import type { UserClass } from '../scenario/user.ts'
import { mixUsers } from '../scenario/user-mix.ts'
import type { Users } from '../shape/users-over-time.ts'
import type { Iterations } from './iterations.ts'
import type { Share } from './plan.ts'
import type { Workplace } from './session.ts'
import { VirtualUser } from './virtual-user.ts'

interface UsersOfClass {
  readonly name: string
  /** One for each that is wanted of this class and is this worker's, by its number within the class. */
  readonly atWork: Map<number, VirtualUser>
  /** How often a number was started before. */
  readonly generations: Map<number, number>
  wanted: number
}

/** The users at work in one worker: those of its share, whatever the number of workers. */
export class Population {
  readonly #userClasses: ReadonlyMap<string, UserClass>
  readonly #workplace: Workplace
  readonly #share: Share
  readonly #iterations: Iterations
  readonly #classes: readonly UsersOfClass[]
  readonly #mix: Iterator<string, void>
  /** The class of each user who was ever wanted, and how many of a class are wanted now. */
  readonly #classOfUser: string[] = []
  readonly #mixed = new Map<string, number>()
  #users = 0
  /** Each with the promise of its end, those who are leaving too. */
  readonly #present = new Map<VirtualUser, Promise<void>>()
  #onEmpty: () => void = () => {}
  #hasLost = false
  #peak = 0
  #state: 'open' | 'closed' = 'open'

  constructor(
    userClasses: ReadonlyMap<string, UserClass>,
    share: Share,
    iterations: Iterations,
    workplace: Workplace,
  ) {
    this.#userClasses = userClasses
    this.#share = share
    this.#iterations = iterations
    this.#workplace = workplace
    this.#classes = [...userClasses.keys()].map((name) => {
      return { name, atWork: new Map(), generations: new Map(), wanted: 0 }
    })
    this.#mix = mixUsers(
      [...userClasses].map(([name, { weight, fixedCount }]) => ({ name, weight, fixedCount })),
    )
  }

  /** The most users at work since this was asked last. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.#present.size
    return peak
  }

  get isEmpty(): boolean {
    return this.#present.size === 0
  }

  /** Whether somebody ended of itself, whom nobody replaces. */
  get hasLost(): boolean {
    return this.#hasLost
  }

  /** Calls back each time the last user has gone. */
  onEmpty(callback: () => void): void {
    this.#onEmpty = callback
  }

  /** So many users in all workers together: those missing start, those too many stop, the last first. */
  adjustTo(users: Users): void {
    const wanted = typeof users === 'number' ? this.#mixOf(users) : new Map(Object.entries(users))
    this.#classes.forEach((each, index) => this.#adjustClass(each, index, wanted.get(each.name) ?? 0))
  }

  /** Stops every user and starts none again; resolves when the last has done its last. */
  async stop(): Promise<void> {
    this.#state = 'closed'
    for (const user of this.#present.keys()) user.stop()
    await Promise.all(this.#present.values())
  }

  /** Waits for nobody any longer: whoever is still at work asks for nothing more. */
  end(): void {
    for (const user of this.#present.keys()) user.end()
  }

  #mixOf(users: number): ReadonlyMap<string, number> {
    for (; this.#users < users; this.#users++) if (!this.#count(this.#users, 1)) break
    for (; this.#users > users; this.#users--) this.#count(this.#users - 1, -1)
    return this.#mixed
  }

  /** One more or one less of the class of this user; `false` where the mix has no such user. */
  #count(user: number, by: 1 | -1): boolean {
    if (user === this.#classOfUser.length) {
      const { done, value } = this.#mix.next()
      if (done === true) return false
      this.#classOfUser.push(value)
    }
    const name = this.#classOfUser[user]!
    this.#mixed.set(name, (this.#mixed.get(name) ?? 0) + by)
    return true
  }

  #adjustClass(users: UsersOfClass, classIndex: number, wanted: number): void {
    for (let number = users.wanted - 1; number >= wanted; number--) {
      users.atWork.get(number)?.stop()
      users.atWork.delete(number)
    }
    for (let number = users.wanted; number < wanted && this.#mayStart; number++) {
      if ((number + classIndex) % this.#share.of === this.#share.worker)
        this.#start(users, classIndex, number)
    }
    users.wanted = wanted
  }

  get #mayStart(): boolean {
    return this.#state === 'open' && !this.#iterations.isSpent
  }

  #start(users: UsersOfClass, classIndex: number, number: number): void {
    const { name, generations, atWork } = users
    const generation = generations.get(number) ?? 0
    generations.set(number, generation + 1)
    const identity = {
      className: name,
      userClass: this.#userClasses.get(name)!,
      id: number * this.#classes.length + classIndex,
      // Someone who comes back does not do the same again.
      stream: generation === 0 ? `${name}/${number}` : `${name}/${number}/${generation}`,
    }
    const user = new VirtualUser(identity, this.#workplace, this.#iterations)
    atWork.set(number, user)
    this.#present.set(
      user,
      user.run().finally(() => this.#gone(user, atWork.get(number) === user)),
    )
    this.#peak = Math.max(this.#peak, this.#present.size)
  }

  /** Who ends of itself has still been wanted. */
  #gone(user: VirtualUser, wasWanted: boolean): void {
    this.#present.delete(user)
    this.#hasLost ||= wasWanted
    if (this.#present.size === 0) this.#onEmpty()
  }
}
