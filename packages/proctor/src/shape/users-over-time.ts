/**
 * A closed load: how many users are at work at a time. A pure function, asked as often as anyone likes;
 * the engine does what it says, the live terminal shows it, a test needs no clock.
 */
export interface UsersOverTime {
  /** The number of users wanted, `elapsedMs` after the start. */
  readonly usersAt: (elapsedMs: number) => number
  /** The next time at which `usersAt` changes, or `undefined` when it never does again. */
  readonly nextChangeMs: (elapsedMs: number) => number | undefined
  /** The most users ever wanted. */
  readonly peak: number
}

/**
 * `users` in all, one every 1/`spawnRate` seconds, the first at once.
 *
 * ```ts
 * ramp(50, 5).usersAt(1_000) // 6: at 0, 0.2, 0.4, 0.6, 0.8 and 1 s
 * ```
 */
export function ramp(users: number, spawnRate: number): UsersOverTime {
  const startMs = (user: number): number => (user * 1000) / spawnRate
  // The quotient may land an ulp under a whole number at the very time a user is due.
  const usersAt = (elapsedMs: number): number =>
    elapsedMs < 0 ? 0 : Math.min(users, Math.floor((elapsedMs * spawnRate) / 1000 + 1e-9) + 1)
  return {
    usersAt,
    nextChangeMs: (elapsedMs) => (usersAt(elapsedMs) < users ? startMs(usersAt(elapsedMs)) : undefined),
    peak: users,
  }
}
