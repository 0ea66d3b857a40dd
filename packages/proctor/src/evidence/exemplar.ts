import type { FailureExample } from './failure.ts'

/** One request, whole, with its circumstances; secret headers masked, bodies up to 64 KiB. */
export interface Exemplar extends FailureExample {
  /** By chance, one as likely as the other, or because none took longer. */
  readonly chosen: 'by chance' | 'slowest'
  /** Those of least priority are kept, whatever the order and the number of workers. */
  readonly priority: number
  readonly durationMs: number
  /** Since the start of the run, when it began. */
  readonly elapsedMs: number
  /** Of those counted from 0 within the run. */
  readonly user: number
  /** `null` where it never had one; `use` counts from 1. */
  readonly connection: {
    readonly ageMs: number
    readonly use: number
    readonly remoteAddress: string | null
  } | null
  /** In this worker, when it ended. */
  readonly inFlight: number
}

/** How many are kept of one cohort. */
export const KEPT = { 'by chance': 4, slowest: 2 } as const

/** Keeps the exemplars of a cohort of all seconds and workers. */
export class Exemplars {
  readonly #byChance: Exemplar[] = []
  readonly #slowest: Exemplar[] = []

  get all(): readonly Exemplar[] {
    return [...this.#byChance, ...this.#slowest]
  }

  add(exemplar: Exemplar): void {
    if (exemplar.chosen === 'slowest')
      keepLeast(this.#slowest, exemplar, KEPT.slowest, ({ durationMs }) => -durationMs)
    else keepLeast(this.#byChance, exemplar, KEPT['by chance'], ({ priority }) => priority)
  }
}

function keepLeast(
  kept: Exemplar[],
  exemplar: Exemplar,
  limit: number,
  by: (exemplar: Exemplar) => number,
): void {
  kept.push(exemplar)
  kept.sort((a, b) => by(a) - by(b))
  kept.length = Math.min(kept.length, limit)
}

/** Whether one with a value is among the least so far: what a worker keeps is decided before anything is copied. */
export class Least {
  readonly #kept: number[] = []
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  takes(value: number): boolean {
    const kept = this.#kept
    if (kept.length === this.#limit && value >= kept[kept.length - 1]!) return false
    kept.push(value)
    kept.sort((a, b) => a - b)
    kept.length = Math.min(kept.length, this.#limit)
    return true
  }
}
