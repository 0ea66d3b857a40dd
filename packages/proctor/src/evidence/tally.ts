/** Things that are the same, counted: the first of them is kept, of the others their number and times. */
export interface Tallied<T> {
  readonly what: T
  count: number
  /** Milliseconds since the Unix epoch. */
  firstSeen: number
  lastSeen: number
}

/** Counts things by a key. Bounded: past `limit` keys, what is new is counted under one key for all the rest. */
export class Tally<T> {
  readonly #groups = new Map<string, Tallied<T>>()
  readonly #limit: number
  readonly #rest: T

  constructor(limit: number, rest: T) {
    this.#limit = limit
    this.#rest = rest
  }

  get groups(): readonly Tallied<T>[] {
    return [...this.#groups.values()]
  }

  /** Counts one more of `key`; `make` describes it, and is called only for the first. */
  add(key: string, at: number, make: () => T): void {
    const group = this.#groups.get(key)
    if (group === undefined) {
      this.merge(key, { what: this.#full ? this.#rest : make(), count: 1, firstSeen: at, lastSeen: at })
    } else {
      group.count += 1
      group.lastSeen = at
    }
  }

  /** Adds what another tally has counted under the key. */
  merge(key: string, other: Tallied<T>): void {
    const known = this.#groups.get(key)
    const place = known === undefined && this.#full ? REST : key
    const group = known ?? this.#groups.get(place)
    if (group === undefined) {
      this.#groups.set(place, { ...other, what: place === REST ? this.#rest : other.what })
      return
    }
    group.count += other.count
    group.firstSeen = Math.min(group.firstSeen, other.firstSeen)
    group.lastSeen = Math.max(group.lastSeen, other.lastSeen)
  }

  /** Answers all that was counted, by key, and starts anew. */
  drain(): [string, Tallied<T>][] {
    const drained = [...this.#groups]
    this.#groups.clear()
    return drained
  }

  get #full(): boolean {
    return this.#groups.size >= this.#limit
  }
}

const REST = '(rest)'
