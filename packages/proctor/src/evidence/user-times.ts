/** Users past these begin anew with each request, as far as is known. */
const MAX_USERS = 1_048_576

/** When each user's first request began, and when its newest ended: two doubles a user. */
export class UserTimes {
  #times = new Float64Array(0)

  /** Writes how long the user had idled, and how long it had been there, when a request began; and notes its end. */
  measure(user: number, startedAt: number, endedAt: number, measures: Float64Array, at: number): void {
    if (2 * user >= this.#times.length && !this.#grow(user)) {
      measures[at] = measures[at + 1] = 0
      return
    }
    const times = this.#times
    const first = times[2 * user]!
    const isFirst = Number.isNaN(first)
    measures[at] = isFirst ? 0 : startedAt - times[2 * user + 1]!
    measures[at + 1] = isFirst ? 0 : startedAt - first
    if (isFirst) times[2 * user] = startedAt
    times[2 * user + 1] = endedAt
  }

  #grow(user: number): boolean {
    if (user >= MAX_USERS) return false
    const before = this.#times
    this.#times = new Float64Array(Math.max(2 * (user + 1), 2 * before.length, 128)).fill(Number.NaN)
    this.#times.set(before)
    return true
  }
}
