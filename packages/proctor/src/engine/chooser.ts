import type { Random } from '../scenario/random.ts'
import type { CheckedSet, Entry, TransitionTable } from '../scenario/task-set.ts'

/** Chooses what is done next among the tasks of one level. */
export interface Chooser {
  /** `undefined` when nothing is left to choose from. `isOpen` says of each whether this user may still do it. */
  choose(random: Random, isOpen: IsOpen | undefined): Entry | undefined
  /** Whether nothing follows what was chosen last. */
  readonly isOver: boolean
}

export type IsOpen = (entry: Entry) => boolean

export function chooserOf({ order, entries }: CheckedSet): Chooser {
  if (order.kind === 'random') return new ByWeight(entries)
  return order.kind === 'sequence' ? new InOrder(entries) : new ByTransition(entries, order.first, order.next)
}

/** At random, each as often as its weight says beside the others'. */
export class ByWeight implements Chooser {
  readonly isOver = false
  readonly #entries: readonly Entry[]
  readonly #totalWeight: number

  constructor(entries: readonly Entry[]) {
    this.#entries = entries
    this.#totalWeight = entries.reduce((sum, { weight }) => sum + weight, 0)
  }

  choose(random: Random, isOpen: IsOpen | undefined): Entry | undefined {
    if (isOpen !== undefined && !this.#entries.every(isOpen)) {
      return new ByWeight(this.#entries.filter(isOpen)).choose(random, undefined)
    }
    let left = random.fraction() * this.#totalWeight
    for (const entry of this.#entries) {
      left -= entry.weight
      if (left < 0) return entry
    }
    // Rounding may leave an ulp over.
    return this.#entries.at(-1)
  }
}

/** One after the other, and from the beginning again. */
class InOrder implements Chooser {
  readonly isOver = false
  readonly #entries: readonly Entry[]
  #next = 0

  constructor(entries: readonly Entry[]) {
    this.#entries = entries
  }

  choose(_random: Random, isOpen: IsOpen | undefined): Entry | undefined {
    for (const _ of this.#entries) {
      const entry = this.#entries[this.#next % this.#entries.length]!
      this.#next += 1
      if (isOpen === undefined || isOpen(entry)) return entry
    }
    return undefined
  }
}

/** By the probabilities of what follows what: a Markov chain. Of what tags left out, the rest takes the part. */
class ByTransition implements Chooser {
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #transitions: TransitionTable
  #next: string | undefined

  constructor(entries: readonly Entry[], first: string, transitions: TransitionTable) {
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]))
    this.#transitions = transitions
    this.#next = this.#entries.has(first) ? first : entries[0]?.key
  }

  get isOver(): boolean {
    return this.#next === undefined
  }

  choose(random: Random): Entry | undefined {
    if (this.#next === undefined) return undefined
    const entry = this.#entries.get(this.#next)!
    this.#next = this.#after(entry.key, random)
    return entry
  }

  #after(key: string, random: Random): string | undefined {
    const targets = this.#transitions.get(key)!.filter(({ to }) => to === 'leave' || this.#entries.has(to))
    let left = random.fraction() * targets.reduce((sum, { probability }) => sum + probability, 0)
    const target = targets.find(({ probability }) => (left -= probability) < 0)
    return target === undefined || target.to === 'leave' ? undefined : target.to
  }
}
