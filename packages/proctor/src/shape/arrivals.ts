import { type Piece, type Profile, switched, valueAt } from './profile.ts'

/** In milliseconds: sums over many pieces stray by less. */
export const NANOSECOND = 1e-6

/** One arrival of an open load. */
export interface Arrival {
  /** Counted from 0 within the run. */
  readonly index: number
  /** How many arrivals were to be expected until it is due: Poisson's are not evenly spaced. */
  readonly position: number
}

/** How much of the expected number of arrivals lies between two: always 1, or exponential with mean 1. */
export type Spacing = () => number

/** As many a second as the rate says, evenly, the first at once. */
export const uniform: Spacing = () => 1

/** Arrivals that know nothing of each other, as the world's do. `fraction` draws from [0, 1). */
export function poisson(fraction: () => number): Spacing {
  return () => -Math.log(1 - fraction())
}

/** The arrivals of a run, one after the other: the same whatever becomes of the rate. */
export function* arrivals(spacing: Spacing): Generator<Arrival, never> {
  let position = spacing === uniform ? 0 : spacing()
  for (let index = 0; ; index++) {
    yield { index, position }
    position += spacing()
  }
}

/**
 * When arrivals are due. The profile's value is the rate a second, λ(t); an arrival is due when ∫λ has grown to its
 * position: exact for straight pieces, also where the rate is changed while it runs.
 * Source: Çinlar, Introduction to Stochastic Processes, 1975 (inversion of the integrated rate).
 */
export class ArrivalTimes {
  #profile: Profile
  /** Until here the rate has been added up. */
  #passedMs = 0
  #passed = 0

  constructor(profile: Profile) {
    this.#profile = profile
  }

  /** `Infinity` when it never is, unless the rate is changed. Not before what has passed. */
  dueMs(position: number): number {
    let left = Math.max(0, position - this.#passed)
    let atMs = this.#passedMs
    for (;;) {
      const piece = this.#profile.pieceAt(atMs)
      if (piece === undefined) return Infinity
      const dueMs = timeOf(left, piece, atMs)
      // Who is due as a piece ends belongs to the next, which may have no rate.
      if (dueMs < piece.endMs - NANOSECOND) return dueMs
      if (piece.endMs === Infinity) return Infinity
      left = Math.max(0, left - area(piece, atMs, piece.endMs))
      atMs = piece.endMs
    }
  }

  /** Whether the load is over by then; a rate of 0 may rise again. */
  isOver(elapsedMs: number): boolean {
    return this.#profile.pieceAt(elapsedMs) === undefined
  }

  /** What was due until then has been seen; it is not gone back to. */
  pass(elapsedMs: number): void {
    while (this.#passedMs < elapsedMs) {
      const piece = this.#profile.pieceAt(this.#passedMs)
      if (piece === undefined) return
      const endMs = Math.min(piece.endMs, elapsedMs)
      this.#passed += area(piece, this.#passedMs, endMs)
      this.#passedMs = endMs
    }
  }

  /** From `atMs` on another rate; where that has passed already, from now on. */
  change(profile: Profile, atMs: number): void {
    this.#profile = switched(this.#profile, profile, Math.max(atMs, this.#passedMs))
  }
}

/** The expected number of arrivals between two times of one piece. */
function area(piece: Piece, fromMs: number, toMs: number): number {
  return ((valueAt(piece, fromMs) + valueAt(piece, toMs)) / 2) * ((toMs - fromMs) / 1000)
}

/** When `amount` more arrivals are expected, if the piece went on for ever; `Infinity` when never. */
function timeOf(amount: number, piece: Piece, fromMs: number): number {
  const { startMs, endMs, startValue, endValue } = piece
  const rate = valueAt(piece, fromMs)
  const slope = endMs === Infinity ? 0 : ((endValue - startValue) / (endMs - startMs)) * 1000
  if (amount === 0) return rate > 0 || slope > 0 ? fromMs : Infinity
  // slope/2 · t² + rate · t = amount, in the form that loses nothing where the slope is next to nothing.
  const root = rate * rate + 2 * slope * amount
  return root < 0 ? Infinity : fromMs + ((2 * amount) / (rate + Math.sqrt(root))) * 1000
}
