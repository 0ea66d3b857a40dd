import { HAIR, type Piece, type Profile, SAMPLE_MS, valueAt } from './profile.ts'

/** So many users in all, mixed by weight, or so many of each class. */
export type Users = number | Readonly<Record<string, number>>

/** A closed load: the users wanted at a time. */
export interface UsersOverTime {
  /** `undefined` when the load is over. */
  readonly usersAt: (elapsedMs: number) => Users | undefined
  /** The next time at which it may change; `undefined` when it never does again. */
  readonly nextChangeMs: (elapsedMs: number) => number | undefined
}

/** As many as the profile says, rounded. */
export function usersOf(profile: Profile): UsersOverTime {
  return {
    usersAt(elapsedMs) {
      const piece = profile.pieceAt(elapsedMs)
      return piece && rounded(piece, elapsedMs)
    },
    nextChangeMs(elapsedMs) {
      const piece = profile.pieceAt(elapsedMs)
      if (piece === undefined || piece.endMs === Infinity) return undefined
      return Math.min(nextCrossingMs(piece, elapsedMs), piece.endMs)
    },
  }
}

/** What a function of the seconds since the start says, asked ten times a second. */
export function sampledUsers(users: (elapsedSeconds: number) => Users | undefined): UsersOverTime {
  return {
    usersAt: (elapsedMs) => users((sampleOf(elapsedMs) * SAMPLE_MS) / 1000),
    nextChangeMs: (elapsedMs) => (sampleOf(elapsedMs) + 1) * SAMPLE_MS,
  }
}

export function total(users: Users): number {
  return typeof users === 'number' ? users : Object.values(users).reduce((sum, count) => sum + count, 0)
}

function sampleOf(elapsedMs: number): number {
  return Math.floor(elapsedMs / SAMPLE_MS + HAIR)
}

function rounded(piece: Piece, elapsedMs: number): number {
  return Math.max(0, Math.round(valueAt(piece, elapsedMs) + HAIR))
}

/** When the rounded value is another one; `Infinity` when it isn't within the piece. */
function nextCrossingMs(piece: Piece, elapsedMs: number): number {
  const { startMs, endMs, startValue, endValue } = piece
  if (startValue === endValue) return Infinity
  const next = rounded(piece, elapsedMs) + (endValue > startValue ? 0.5 : -0.5 - 2 * HAIR)
  const crossedMs = startMs + ((next - startValue) * (endMs - startMs)) / (endValue - startValue)
  return crossedMs > elapsedMs ? crossedMs : Infinity
}
