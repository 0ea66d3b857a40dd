/**
 * A number that changes over time, in straight pieces: the users of a closed load, or the arrivals a second of an open
 * one. A pure function, asked as often as anyone likes; the engine does what it says, a test needs no clock.
 */
export interface Profile {
  /** The piece that `elapsedMs` lies in (its start included, its end not); `undefined` when the load is over. */
  readonly pieceAt: (elapsedMs: number) => Piece | undefined
}

/** A straight line from the value at its start to the value at its end. */
export interface Piece {
  readonly startMs: number
  /** `Infinity` where the value stays as it is. */
  readonly endMs: number
  readonly startValue: number
  readonly endValue: number
}

/** A point of a load in stages: the value that is reached at a time, counted from the start. */
export interface Stage {
  readonly atMs: number
  readonly value: number
}

export function valueAt(piece: Piece, elapsedMs: number): number {
  const { startMs, endMs, startValue, endValue } = piece
  if (endMs === Infinity) return startValue
  return startValue + ((endValue - startValue) * (elapsedMs - startMs)) / (endMs - startMs)
}

/** The same value for ever. */
export function constant(value: number): Profile {
  const piece = level(0, value)
  return { pieceAt: () => piece }
}

/**
 * Straight from stage to stage, from 0 at the start unless a stage says otherwise; the last value stays. Two stages at
 * one time make a step.
 *
 * ```ts
 * stages([{ atMs: 30_000, value: 100 }, { atMs: 60_000, value: 100 }, { atMs: 90_000, value: 0 }])
 * ```
 */
export function stages(points: readonly Stage[]): Profile {
  const all = points[0]?.atMs === 0 ? points : [{ atMs: 0, value: 0 }, ...points]
  const pieces = all.slice(1).map((to, index): Piece => {
    const from = all[index]!
    return { startMs: from.atMs, endMs: to.atMs, startValue: from.value, endValue: to.value }
  })
  const { atMs, value } = all.at(-1)!
  const rest = level(atMs, value)
  return { pieceAt: (elapsedMs) => pieces.find(({ endMs }) => elapsedMs < endMs) ?? rest }
}

/**
 * From `from` to `to` users, one every 1/`perSecond` seconds, the first at `startMs` itself: halves are rounded up, so
 * the line begins half a user ahead.
 */
export function ramp(from: number, to: number, perSecond: number, startMs = 0): Profile {
  if (from === to) return constant(to)
  const startValue = to > from ? from + 0.5 : from - 0.5 - 2 * HAIR
  const endMs = startMs + (Math.abs(to - startValue) / perSecond) * 1000
  const piece: Piece = { startMs, endMs, startValue, endValue: to }
  const rest = level(endMs, to)
  return { pieceAt: (elapsedMs) => (elapsedMs < endMs ? piece : rest) }
}

/** How often a function of time is asked. */
export const SAMPLE_MS = 100

/** What a function of the seconds since the start says, asked ten times a second; `undefined` ends the load. */
export function sampled(value: (elapsedSeconds: number) => number | undefined): Profile {
  return {
    pieceAt(elapsedMs) {
      const startMs = Math.floor(elapsedMs / SAMPLE_MS + HAIR) * SAMPLE_MS
      const now = value(startMs / 1000)
      return now === undefined
        ? undefined
        : { startMs, endMs: startMs + SAMPLE_MS, startValue: now, endValue: now }
    },
  }
}

/** One profile until a time, and another from then on. */
export function switched(before: Profile, after: Profile, atMs: number): Profile {
  return {
    pieceAt(elapsedMs) {
      if (elapsedMs >= atMs) return after.pieceAt(elapsedMs)
      const piece = before.pieceAt(elapsedMs)
      if (piece === undefined || piece.endMs <= atMs) return piece
      return { ...piece, endMs: atMs, endValue: valueAt(piece, atMs) }
    },
  }
}

function level(startMs: number, value: number): Piece {
  return { startMs, endMs: Infinity, startValue: value, endValue: value }
}

/** Quotients may land an ulp beside a whole number. */
export const HAIR = 1e-9
