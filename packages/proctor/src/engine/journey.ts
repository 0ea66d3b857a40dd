import type { Random } from '../scenario/random.ts'
import type { TaskFunction } from '../scenario/task.ts'
import type { CheckedSet, CheckedTask, Entry } from '../scenario/task-set.ts'
import type { UserClass } from '../scenario/user.ts'
import { noWait, type WaitTime } from '../scenario/wait-time.ts'
import { ByWeight, type Chooser, chooserOf, type IsOpen } from './chooser.ts'

/** What a user does next: a task, or what a set does on entering and on leaving. */
export type Step = CheckedTask | Hook

interface Hook {
  readonly kind: 'onStart' | 'onStop'
  readonly name: string
  readonly run: TaskFunction<never>
}

/** A set that the user is in. */
interface Visit {
  readonly set: CheckedSet
  readonly chooser: Chooser
  readonly waitTime: WaitTime
  /** Tasks begun. */
  done: number
  isLeft: boolean
}

/**
 * Where one user stands among its tasks, and what comes next. Without task sets that is one choice by weight. A set is
 * entered and stays the place to choose from until it is left; sets may stand in sets.
 */
export class Journey {
  readonly #userClass: UserClass
  readonly #random: Random
  readonly #root: Chooser
  readonly #isOpen: IsOpen | undefined
  /** How often each task with a bound was begun. */
  readonly #times = new Map<Entry, number>()
  /** From the outermost to the innermost. */
  readonly #visits: Visit[] = []
  /** Tasks and sets begun at the root. */
  #begun = 0
  #followsAtOnce = false

  constructor(userClass: UserClass, random: Random) {
    this.#userClass = userClass
    this.#random = random
    this.#root = new ByWeight(userClass.tasks)
    this.#isOpen = userClass.tasks.some(isBounded) ? (entry) => this.#isStillOpen(entry) : undefined
  }

  /** Whether it is in a set: what it began is not over. */
  get isAmidst(): boolean {
    return this.#visits.length > 0
  }

  /** As if nothing had been done. */
  restart(): void {
    this.#begun = 0
    // An empty map, cleared, gets a new table all the same, and the old one keeps it from the young collections.
    if (this.#times.size > 0) this.#times.clear()
  }

  /** `undefined` when there is nothing left to do. */
  next(): Step | undefined {
    if (this.#visits.length > 0) return this.#nextWithin(this.#visits.at(-1)!)
    if (this.#begun === this.#userClass.iterations) return undefined
    const entry = this.#root.choose(this.#random, this.#isOpen)
    if (entry === undefined) return undefined
    this.#begun += 1
    return this.#begin(entry)
  }

  /** The step before is over: leaves what is through, and answers how long is waited before the next. */
  settle(): WaitTime {
    for (let visit = this.#visits.at(-1); visit !== undefined; visit = this.#visits.at(-1)) {
      if (!this.#isThrough(visit)) return this.#followsAtOnce ? noWait : visit.waitTime
      if (visit.set.onStop !== undefined) return noWait
      this.#visits.pop()
    }
    return this.#followsAtOnce ? noWait : this.#userClass.waitTime
  }

  /** Leaves the innermost set; what follows does so at once. */
  leave(): void {
    const visit = this.#visits.at(-1)
    if (visit === undefined) return
    visit.isLeft = true
    this.#followsAtOnce = true
  }

  /** Leaves the innermost set, which could not be entered. */
  abandon(): void {
    this.#visits.pop()
    this.#followsAtOnce = false
  }

  /** What is to be done in the sets that it is in when it can't go on, the innermost first. */
  leaveAll(): Step[] {
    const sets = this.#visits.splice(0).map(({ set }) => set)
    return sets.toReversed().flatMap((set) => hookOf(set, 'onStop') ?? [])
  }

  #nextWithin(visit: Visit): Step | undefined {
    const entry = this.#isThrough(visit) ? undefined : visit.chooser.choose(this.#random, this.#isOpen)
    if (entry !== undefined) {
      visit.done += 1
      return this.#begin(entry)
    }
    this.#visits.pop()
    return hookOf(visit.set, 'onStop') ?? this.next()
  }

  #begin(entry: Entry): Step | undefined {
    this.#followsAtOnce = false
    if (this.#isOpen !== undefined) this.#times.set(entry, this.#timesOf(entry) + 1)
    return entry.kind === 'task' ? entry : this.#enter(entry)
  }

  #enter(set: CheckedSet): Step | undefined {
    const waitTime = set.waitTime ?? this.#visits.at(-1)?.waitTime ?? this.#userClass.waitTime
    this.#visits.push({ set, chooser: chooserOf(set), waitTime, done: 0, isLeft: false })
    const hook = hookOf(set, 'onStart')
    this.#followsAtOnce = hook !== undefined
    return hook ?? this.next()
  }

  #isThrough({ set, chooser, done, isLeft }: Visit): boolean {
    if (isLeft || done >= set.leaveAfter || chooser.isOver) return true
    return this.#isOpen !== undefined && !set.entries.some(this.#isOpen)
  }

  #isStillOpen(entry: Entry): boolean {
    if (this.#timesOf(entry) >= entry.times) return false
    return entry.kind === 'task' || entry.entries.some((inner) => this.#isStillOpen(inner))
  }

  #timesOf(entry: Entry): number {
    return this.#times.get(entry) ?? 0
  }
}

function hookOf(set: CheckedSet, kind: Hook['kind']): Hook | undefined {
  const run = set[kind]
  return run && { kind, name: `${set.name}.${kind}`, run }
}

function isBounded(entry: Entry): boolean {
  return entry.times !== Infinity || (entry.kind === 'set' && entry.entries.some(isBounded))
}
