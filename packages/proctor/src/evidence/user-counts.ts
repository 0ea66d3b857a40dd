import { FieldCounts, type FieldCountsWire } from './field-counts.ts'
import { FieldValue } from './field-value.ts'
import { TextBytes } from './text-bytes.ts'

/** Users past it are counted as values of any field are, each by itself. */
const MAX_USERS = 1_024
const NEVER = 2 ** 31 - 1

/** Which users asked: a field that every request has, and so counted by the user's number. */
export class UserCounts {
  readonly #counts: FieldCounts
  readonly #value = new FieldValue(new TextBytes(0))
  #asked = new Int32Array(0)
  #firstAt = new Int32Array(0)

  constructor(capacity: number, keepsTexts: boolean) {
    this.#counts = new FieldCounts('user', 'user', capacity, keepsTexts)
  }

  /** `at` is in tenths of a millisecond. */
  add(user: number, at: number): void {
    if (user >= this.#asked.length && !this.#grow(user)) {
      this.#value.readNumber(user)
      this.#counts.add(this.#value, at, 1)
      return
    }
    this.#asked[user]! += 1
    if (at < this.#firstAt[user]!) this.#firstAt[user] = at
  }

  drain(): FieldCountsWire {
    for (const [user, asked] of this.#asked.entries()) {
      if (asked === 0) continue
      this.#value.readNumber(user)
      this.#counts.add(this.#value, this.#firstAt[user]!, asked)
    }
    this.#asked.fill(0)
    this.#firstAt.fill(NEVER)
    return this.#counts.drain()
  }

  #grow(user: number): boolean {
    if (user >= MAX_USERS) return false
    const length = Math.min(MAX_USERS, Math.max(user + 1, 2 * this.#asked.length, 64))
    const [asked, firstAt] = [new Int32Array(length), new Int32Array(length).fill(NEVER)]
    asked.set(this.#asked)
    firstAt.set(this.#firstAt)
    this.#asked = asked
    this.#firstAt = firstAt
    return true
  }
}
