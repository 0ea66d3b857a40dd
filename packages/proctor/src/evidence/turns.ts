/** Users past these are not followed: of so many enough is learnt. */
const MAX_USERS = 8_192

/** Whose answers are taken in a row: those of one user and name, or all of one user. */
export type TurnsOf = 'ofName' | 'ofUser'

/**
 * Of two answers in a row to one user, one of which failed at least: whether both did, by whether they came over one connection. Merges
 * by addition.
 */
export type TurnsWire = Readonly<Record<TurnsOf, TurnCounts>>

export interface TurnCounts {
  readonly same: Turn
  readonly other: Turn
}

export interface Turn {
  /** Both failed. */
  readonly alike: number
  /** One failed, one passed. */
  readonly changes: number
}

/** Counts them for the failures of one signature. */
export class Turns {
  readonly #counts = { ofName: noCounts(), ofUser: noCounts() }
  #isEmpty = true

  add(of: TurnsOf, isSame: boolean, isChange: boolean): void {
    this.#counts[of][isSame ? 'same' : 'other'][isChange ? 'changes' : 'alike'] += 1
    this.#isEmpty = false
  }

  merge(wire: TurnsWire): void {
    this.#eachTurn((turn, of, which) => {
      turn.alike += wire[of][which].alike
      turn.changes += wire[of][which].changes
    })
    this.#isEmpty = false
  }

  /** `undefined` where there were none. */
  toWire(): TurnsWire | undefined {
    return this.#isEmpty ? undefined : structuredClone(this.#counts)
  }

  clear(): void {
    if (this.#isEmpty) return
    this.#eachTurn((turn) => {
      turn.alike = turn.changes = 0
    })
    this.#isEmpty = true
  }

  #eachTurn(
    told: (turn: { alike: number; changes: number }, of: TurnsOf, which: keyof TurnCounts) => void,
  ): void {
    for (const row of ['ofName', 'ofUser'] as const) {
      for (const which of ['same', 'other'] as const) told(this.#counts[row][which], row, which)
    }
  }
}

function noCounts() {
  return { same: { alike: 0, changes: 0 }, other: { alike: 0, changes: 0 } }
}

/** What became of each user's newest answer, and over which connection it came: told by when that opened. */
export class LastAnswers {
  readonly #of: TurnsOf
  #openings = new Float64Array(0)
  /** `undefined` where it passed. */
  readonly #failed: (Turns | undefined)[] = []

  constructor(of: TurnsOf) {
    this.#of = of
  }

  passed(user: number, openingAt: number): void {
    if (user >= this.#openings.length && !this.#grow(user)) return
    const before = this.#failed[user]
    if (before !== undefined) {
      before.add(this.#of, this.#openings[user] === openingAt, true)
      this.#failed[user] = undefined
    }
    this.#openings[user] = openingAt
  }

  failed(user: number, openingAt: number, turns: Turns): void {
    if (user >= this.#openings.length && !this.#grow(user)) return
    const before = this.#openings[user]!
    if (!Number.isNaN(before)) turns.add(this.#of, before === openingAt, this.#failed[user] === undefined)
    this.#openings[user] = openingAt
    this.#failed[user] = turns
  }

  /** No answer came, or none that is followed. */
  lost(user: number): void {
    if (user >= this.#openings.length) return
    this.#openings[user] = Number.NaN
    this.#failed[user] = undefined
  }

  #grow(user: number): boolean {
    if (user >= MAX_USERS) return false
    const length = Math.min(MAX_USERS, Math.max(user + 1, 2 * this.#openings.length, 64))
    const openings = new Float64Array(length).fill(Number.NaN)
    openings.set(this.#openings)
    this.#openings = openings
    while (this.#failed.length < length) this.#failed.push(undefined)
    return true
  }
}
