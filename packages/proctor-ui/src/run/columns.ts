import type { NameSeconds } from 'proctor/wire'

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

  set(index: number, figures: readonly number[]): void {
    if (index >= this.#columns[0]!.length) this.#grow(index + 1)
    for (let field = 0; field < FIELDS; field++) this.#columns[field]![index] = figures[field]!
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

/** Asks for every second of a name, by method and name. */
export type ReadName = (key: string) => Promise<NameSeconds>

interface Name {
  readonly columns: Columns
  isRead: boolean
}

/**
 * The figures of each name, second by second. Of an hour of many names hardly any is ever looked at: its seconds are asked
 * for then, and from then on kept as they are told.
 */
export class NamedSeconds {
  readonly #readName: ReadName
  #names = new Map<number, Name>()
  #newest = ''
  #seconds = 0

  constructor(readName: ReadName) {
    this.#readName = readName
  }

  /** Another second, and the names in it where they were told. */
  push(text = ''): void {
    this.#newest = text
    for (const [index, { columns }] of this.#names) {
      const figures = this.newest(index)
      if (figures !== undefined) columns.set(this.#seconds, figures)
    }
    this.#seconds++
  }

  /** `undefined` until they are read; `whenRead` is called then. */
  columnsOf(index: number, key: string, whenRead: () => void): Columns | undefined {
    const name = this.#names.get(index)
    if (name === undefined) void this.#read(index, key, whenRead)
    return name?.isRead === true ? name.columns : undefined
  }

  /** Of the newest second; `undefined` where the name had none in it. */
  newest(index: number): readonly number[] | undefined {
    const mark = `;${index},`
    const from = this.#newest.indexOf(mark)
    if (from < 0) return undefined
    const to = this.#newest.indexOf(';', from + 1)
    return numbersIn(this.#newest.slice(from + mark.length, to < 0 ? undefined : to))
  }

  clear(): void {
    this.#names = new Map()
    this.#newest = ''
    this.#seconds = 0
  }

  async #read(index: number, key: string, whenRead: () => void): Promise<void> {
    const names = this.#names
    const name: Name = { columns: new Columns(), isRead: false }
    names.set(index, name)
    try {
      for (const [second, figures] of secondsIn(await this.#readName(key))) name.columns.set(second, figures)
      name.isRead = true
      whenRead()
    } catch {
      // The connection is gone, and that is said; it is asked again when there is something new.
      names.delete(index)
    }
  }
}

/** Each second's place, and its figures. */
function secondsIn(text: string): [place: number, figures: readonly number[]][] {
  return text
    .split(';')
    .slice(1)
    .map((each) => numbersIn(each))
    .map(([place, ...figures]) => [place!, figures])
}

function numbersIn(text: string): number[] {
  return text.split(',').map(Number)
}
