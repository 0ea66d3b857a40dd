/** Users past these are not followed: of so many enough is learnt. */
const MAX_USERS = 8_192
const MOST = 65_535

/** How many requests of each user have passed in a row, and since when: a few bytes a user. */
export class PassRuns {
  #counts = new Uint16Array(0)
  #begins = new Float64Array(0)

  passed(user: number, startedAt: number): void {
    if (user >= this.#counts.length && !this.#grow(user)) return
    const before = this.#counts[user]!
    if (before === 0) this.#begins[user] = startedAt
    if (before < MOST) this.#counts[user] = before + 1
  }

  /** Answers how many passed before this one, which failed, since the one that failed before it; 0 where it follows that. */
  failed(user: number): number {
    const before = this.#counts[user] ?? 0
    if (before > 0) this.#counts[user] = 0
    return before
  }

  /** When the run began that `failed` told of last. */
  beganAt(user: number): number {
    return this.#begins[user] ?? Number.NaN
  }

  #grow(user: number): boolean {
    if (user >= MAX_USERS) return false
    const length = Math.min(MAX_USERS, Math.max(user + 1, 2 * this.#counts.length, 64))
    const [counts, begins] = [new Uint16Array(length), new Float64Array(length)]
    counts.set(this.#counts)
    begins.set(this.#begins)
    this.#counts = counts
    this.#begins = begins
    return true
  }
}

/** Of requests that failed: after how many of a user that passed in a row, and after what time. Merges by addition. */
export interface RunsWire {
  /** How many had so many of the same name before them, how many so many of any. */
  readonly ofName: readonly RunCount[]
  readonly ofUser: readonly RunCount[]
  /** From the first that passed to the one that failed, in milliseconds: of how many, their sum and that of their squares. */
  readonly lasted: { readonly count: number; readonly sumMs: number; readonly sumOfSquares: number }
}

export type RunCount = readonly [length: number, count: number]

/** Lengths past these are another each time, and tell nothing. */
const MAX_LENGTHS = 256

export class Runs {
  readonly #ofName = new Map<number, number>()
  readonly #ofUser = new Map<number, number>()
  #count = 0
  #sumMs = 0
  #sumOfSquares = 0

  /** 0 where the one before failed, too. */
  add(ofName: number, ofUser: number, lastedMs: number): void {
    if (ofName > 0) count(this.#ofName, ofName, 1)
    if (ofUser === 0) return
    count(this.#ofUser, ofUser, 1)
    this.#count += 1
    this.#sumMs += lastedMs
    this.#sumOfSquares += lastedMs * lastedMs
  }

  merge({ ofName, ofUser, lasted }: RunsWire): void {
    for (const [length, times] of ofName) count(this.#ofName, length, times)
    for (const [length, times] of ofUser) count(this.#ofUser, length, times)
    this.#count += lasted.count
    this.#sumMs += lasted.sumMs
    this.#sumOfSquares += lasted.sumOfSquares
  }

  clear(): void {
    this.#ofName.clear()
    this.#ofUser.clear()
    this.#count = this.#sumMs = this.#sumOfSquares = 0
  }

  /** `undefined` where there was none. */
  toWire(): RunsWire | undefined {
    if (this.#ofName.size + this.#ofUser.size === 0) return undefined
    return {
      ofName: byLength(this.#ofName),
      ofUser: byLength(this.#ofUser),
      lasted: { count: this.#count, sumMs: this.#sumMs, sumOfSquares: this.#sumOfSquares },
    }
  }
}

function byLength(lengths: ReadonlyMap<number, number>): RunCount[] {
  return [...lengths].toSorted((a, b) => a[0] - b[0])
}

function count(lengths: Map<number, number>, length: number, times: number): void {
  const known = lengths.get(length)
  if (known !== undefined || lengths.size < MAX_LENGTHS) lengths.set(length, (known ?? 0) + times)
}
