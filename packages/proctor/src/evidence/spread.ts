/**
 * How several figures of many requests are spread: of each the smallest, the largest, and how many lie in each octave (1–2,
 * 2–4, …; below 1 in the first). Merges by addition. Flat arrays: it stands on the hot path.
 */
export class Spreads {
  readonly #octaves: Uint32Array
  readonly #mins: Float64Array
  readonly #maxs: Float64Array

  constructor(figures: number) {
    this.#octaves = new Uint32Array(figures * OCTAVES)
    this.#mins = new Float64Array(figures).fill(Infinity)
    this.#maxs = new Float64Array(figures).fill(-Infinity)
  }

  /** One value of each figure: those that stand from there on. */
  add({ values, bits }: Doubles, from: number): void {
    const mins = this.#mins
    const maxs = this.#maxs
    const octaves = this.#octaves
    for (let figure = 0; figure < mins.length; figure++) {
      const value = values[from + figure]!
      if (value < mins[figure]!) mins[figure] = value
      if (value > maxs[figure]!) maxs[figure] = value
      // The exponent of a double says its octave; what is below 1, or negative, is in the first.
      const octave = (bits[2 * (from + figure) + UPPER]! >> 20) - 1_022
      octaves[figure * OCTAVES + Math.min(Math.max(octave, 0), OCTAVES - 1)]! += 1
    }
  }

  merge(figure: number, { min, max, octaves }: SpreadWire): void {
    if (min < this.#mins[figure]!) this.#mins[figure] = min
    if (max > this.#maxs[figure]!) this.#maxs[figure] = max
    for (const [octave, count] of octaves) this.#octaves[figure * OCTAVES + octave]! += count
  }

  clear(): void {
    this.#octaves.fill(0)
    this.#mins.fill(Infinity)
    this.#maxs.fill(-Infinity)
  }

  toWire(figure: number): SpreadWire {
    const octaves: [number, number][] = []
    for (let octave = 0; octave < OCTAVES; octave++) {
      const count = this.#octaves[figure * OCTAVES + octave]!
      if (count > 0) octaves.push([octave, count])
    }
    return { min: this.#mins[figure]!, max: this.#maxs[figure]!, octaves }
  }
}

/** Doubles, and the bits that they are made of. */
export class Doubles {
  readonly values: Float64Array
  readonly bits: Int32Array

  constructor(length: number) {
    this.values = new Float64Array(length)
    this.bits = new Int32Array(this.values.buffer)
  }
}

export interface SpreadWire {
  /** `Infinity` and `-Infinity` where nothing was added. */
  readonly min: number
  readonly max: number
  /** Octave `o` holds values below 2^o, from 2^(o-1); the first those below 1. */
  readonly octaves: readonly [octave: number, count: number][]
}

const OCTAVES = 33
/** Which half of a double bears its sign and exponent. */
const UPPER = new Int32Array(Float64Array.of(-1).buffer)[1]! < 0 ? 1 : 0
