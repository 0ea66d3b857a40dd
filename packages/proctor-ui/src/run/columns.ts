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

/** The figures of each name, second by second, as they came: those of a name are read when it is looked at. */
export class NamedSeconds {
  readonly #texts: string[] = []
  readonly #read = new Map<number, { readonly columns: Columns; seconds: number }>()
  #newest: ReadonlyMap<number, readonly number[]> | undefined

  push(text: string): void {
    this.#texts.push(text)
    this.#newest = undefined
  }

  columnsOf(name: number): Columns {
    const known = this.#read.get(name) ?? { columns: new Columns(), seconds: 0 }
    this.#read.set(name, known)
    const mark = `;${name},`
    for (; known.seconds < this.#texts.length; known.seconds++) {
      const text = this.#texts[known.seconds]!
      const from = text.indexOf(mark)
      if (from >= 0) known.columns.set(known.seconds, figuresAt(text, from), 1)
    }
    return known.columns
  }

  /** Of the newest second; `undefined` where the name had none in it. */
  newest(name: number): readonly number[] | undefined {
    this.#newest ??= new Map(
      (this.#texts.at(-1) ?? '')
        .split(';')
        .slice(1)
        .map((text) => text.split(',').map(Number))
        .map((figures) => [figures[0]!, figures.slice(1)]),
    )
    return this.#newest.get(name)
  }

  clear(): void {
    this.#texts.length = 0
    this.#read.clear()
    this.#newest = undefined
  }
}

function figuresAt(text: string, from: number): number[] {
  const to = text.indexOf(';', from + 1)
  return text
    .slice(from + 1, to < 0 ? undefined : to)
    .split(',')
    .map(Number)
}
