/** How many of something began when, in steps of a tenth of a second; of long runs in longer ones, so that it stays small. */
export class TimeCounts {
  #counts = new Map<number, number>()
  #stepTenths = 1

  add(tenth: number, count: number): void {
    const step = Math.floor(tenth / this.#stepTenths)
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + count)
    if (this.#counts.size > MAX_STEPS) this.#coarsen()
  }

  toRecord(): TimeCountsRecord {
    return { stepMs: 100 * this.#stepTenths, counts: [...this.#counts].toSorted((a, b) => a[0] - b[0]) }
  }

  #coarsen(): void {
    const finer = this.#counts
    this.#counts = new Map()
    this.#stepTenths *= 2
    for (const [step, count] of finer) {
      const coarser = Math.floor(step / 2)
      this.#counts.set(coarser, (this.#counts.get(coarser) ?? 0) + count)
    }
  }
}

/** Step `i` lasts from `i · stepMs` to `(i + 1) · stepMs` since the start of the run; those without any are left out. */
export interface TimeCountsRecord {
  readonly stepMs: number
  readonly counts: readonly [step: number, count: number][]
}

const MAX_STEPS = 1_200
