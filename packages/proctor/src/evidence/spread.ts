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

  add(figure: number, value: number): void {
    if (value < this.#mins[figure]!) this.#mins[figure] = value
    if (value > this.#maxs[figure]!) this.#maxs[figure] = value
    // The bits of a whole number say its octave; what is larger than they hold is in the last.
    const octave = value < 2 ** 31 ? 32 - Math.clz32(value) : OCTAVES - 1
    this.#octaves[figure * OCTAVES + octave]! += 1
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

export interface SpreadWire {
  /** `Infinity` and `-Infinity` where nothing was added. */
  readonly min: number
  readonly max: number
  /** Octave `o` holds values below 2^o, from 2^(o-1); the first those below 1. */
  readonly octaves: readonly [octave: number, count: number][]
}

const OCTAVES = 33
