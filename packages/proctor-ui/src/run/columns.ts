/** What is known of each second, of all requests or of those of one name. */
export const COUNT = 0
export const FAILURES = 1
export const P50 = 2
export const P95 = 3
export const P99 = 4
export const BYTES = 5
const FIELDS = 6

/** A number a second for each of several figures; grows as the run does. Absent is `-1`. */
export class Columns {
  #columns: Float32Array[] = Array.from({ length: FIELDS }, () => new Float32Array(64))

  get(field: number, index: number): number {
    return this.#columns[field]![index] ?? 0
  }

  /** Figures begin at `offset` of `figures`. */
  set(index: number, figures: readonly number[], offset: number): void {
    if (index >= this.#columns[0]!.length) this.#grow(index + 1)
    for (let field = 0; field < FIELDS; field++) this.#columns[field]![index] = figures[offset + field]!
  }

  clear(): void {
    for (const column of this.#columns) column.fill(0)
  }

  #grow(length: number): void {
    this.#columns = this.#columns.map((old) => {
      const grown = new Float32Array(Math.max(length, old.length * 2))
      grown.set(old)
      return grown
    })
  }
}
