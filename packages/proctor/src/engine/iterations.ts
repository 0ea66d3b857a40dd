/** How many tasks the workers of a run may still begin, in memory that they share; `null` for no bound. */
export type TasksLeft = SharedArrayBuffer | null

export function tasksLeft(all: number | null): TasksLeft {
  if (all === null) return null
  const left = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)
  new BigInt64Array(left)[0] = BigInt(all)
  return left
}

/** Takes tasks from what all workers may still begin: one that has no users leaves all of them to the others. */
export class Iterations {
  readonly #left: BigInt64Array | undefined

  constructor(left: TasksLeft) {
    this.#left = left === null ? undefined : new BigInt64Array(left)
  }

  get isSpent(): boolean {
    return this.#left !== undefined && Atomics.load(this.#left, 0) === 0n
  }

  /** Takes one; `false` when there is none left. */
  take(): boolean {
    if (this.#left === undefined) return true
    for (let left = Atomics.load(this.#left, 0); left > 0n;) {
      const found = Atomics.compareExchange(this.#left, 0, left, left - 1n)
      if (found === left) return true
      left = found
    }
    return false
  }

  /** The one taken last was not done. */
  putBack(): void {
    if (this.#left !== undefined) Atomics.add(this.#left, 0, 1n)
  }
}
