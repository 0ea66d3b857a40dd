/**
 * How often each value of something came, and when first: by a hash of 53 bits, of which two values share one with a
 * chance of 1 in 10^16.
 *
 * Bounded: past `capacity` values only those are followed whose hash ends in a 0 bit, then in two, and so on. Whatever
 * the order in which they come or in which parts are merged, the values followed in the end are the same, so that
 * one worker and four tell the same; and a value that is followed is followed wholly, with each of its repeats.
 *
 * On the hot path, so whole numbers of 32 bits throughout: the hash in two parts, times in tenths of a millisecond. Those of one
 * value stand side by side: to find it costs one access to memory that no cache may hold. So values that come one by one
 * are put aside, and looked up many together: the processor waits for all at once.
 */
export class ValueCounts {
  readonly #capacity: number
  /** As on the wire; of a free slot the count is 0. */
  #table = new Int32Array(SMALLEST * WIDTH)
  #size = 0
  #level = 0
  /** As in the table. */
  #aside: Int32Array | undefined
  #asideEnd = 0
  /** Not for anyone: what is read to no end would be left out by the compiler. */
  fetched = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** How many values are followed. */
  get size(): number {
    this.#lookUp()
    return this.#size
  }

  /** Share of all values that is followed: 1, ½, ¼, … */
  get followedShare(): number {
    return 1 / 2 ** this.#level
  }

  /** `high` has 21 bits; `at` is in tenths of a millisecond. */
  add(high: number, low: number, count: number, at: number): void {
    if (!this.#follows(low)) return
    const aside = (this.#aside ??= new Int32Array(ASIDE * WIDTH))
    const slot = this.#asideEnd
    aside[slot] = high
    aside[slot + LOW] = low
    aside[slot + COUNT] = count
    aside[slot + FIRST] = at
    this.#asideEnd = slot + WIDTH
    if (this.#asideEnd === aside.length) this.#lookUp()
  }

  /** No object for each: there may be a million. */
  forEach(told: (high: number, low: number, count: number, firstAt: number) => void): void {
    this.#lookUp()
    const table = this.#table
    for (let slot = 0; slot < table.length; slot += WIDTH) {
      const count = table[slot + COUNT]! >>> 0
      if (count > 0) told(table[slot]!, table[slot + LOW]!, count, table[slot + FIRST]!)
    }
  }

  countOf(high: number, low: number): number {
    this.#lookUp()
    return this.#table[this.#slotOf(high, low) + COUNT]! >>> 0
  }

  /** Whether the value came first at this time: of several who ask for one, the first is answered so. */
  claimFirst(high: number, low: number, at: number): boolean {
    this.#lookUp()
    const slot = this.#slotOf(high, low)
    if (this.#table[slot + COUNT] === 0 || this.#table[slot + FIRST] !== at) return false
    this.#table[slot + FIRST] = CLAIMED
    return true
  }

  /** Forgets all, and follows all. */
  clear(): void {
    this.#asideEnd = 0
    this.#table.fill(0)
    this.#size = 0
    this.#level = 0
  }

  /** From now on no more than this share is followed. */
  followAtMost(share: number): void {
    this.#lookUp()
    const level = Math.round(-Math.log2(share))
    if (level > this.#level) this.#follow(level)
  }

  mergeWire({ level, values }: ValueCountsWire): void {
    this.followAtMost(1 / 2 ** level)
    this.#addAll(numbersIn(values))
  }

  /** Answers all that was counted and forgets it, but for the share that is followed. */
  drain(): ValueCountsWire {
    this.#lookUp()
    const numbers = new Int32Array(WIDTH * this.#size)
    let i = 0
    this.forEach((high, low, count, firstAt) => {
      numbers[i++] = high
      numbers[i++] = low
      numbers[i++] = count
      numbers[i++] = firstAt
    })
    this.#table.fill(0)
    this.#size = 0
    return { level: this.#level, values: new Uint8Array(numbers.buffer) }
  }

  #follows(low: number): boolean {
    return (low & ((1 << this.#level) - 1)) === 0
  }

  /** Counts what was put aside. */
  #lookUp(): void {
    if (this.#asideEnd === 0) return
    const aside = this.#aside!.subarray(0, this.#asideEnd)
    this.#asideEnd = 0
    this.#fetch(aside)
    this.#addAll(aside)
  }

  /** Nothing here depends on what is read, so that none waits for another: then all of it is in the cache. */
  #fetch(aside: Int32Array): void {
    const table = this.#table
    let fetched = 0
    for (let i = LOW; i < aside.length; i += WIDTH) fetched |= table[this.#slotFor(aside[i]!)]!
    this.fetched = fetched
  }

  #count(high: number, low: number, count: number, at: number): void {
    if (!this.#follows(low)) return
    const table = this.#table
    const slot = this.#slotOf(high, low)
    if (table[slot + COUNT] === 0) this.#countNew(slot, high, low, count, at)
    else {
      table[slot + COUNT]! += count
      if (at < table[slot + FIRST]!) table[slot + FIRST] = at
    }
  }

  #countNew(slot: number, high: number, low: number, count: number, at: number): void {
    if (this.#size >= this.#capacity && this.#level < MAX_LEVEL) {
      this.#follow(this.#level + 1)
      this.#count(high, low, count, at)
      return
    }
    const table = this.#table
    table[slot] = high
    table[slot + LOW] = low
    table[slot + COUNT] = count
    table[slot + FIRST] = at
    this.#size += 1
    if (this.#size * 2 * WIDTH > table.length) this.#rebuild(2 * table.length)
  }

  /** Where a value is looked for first. */
  #slotFor(low: number): number {
    return ((low >>> 11) * WIDTH) & (this.#table.length - 1)
  }

  /** Of the value, or the free one where it belongs. */
  #slotOf(high: number, low: number): number {
    const table = this.#table
    const mask = table.length - 1
    let slot = this.#slotFor(low)
    while (table[slot + COUNT] !== 0 && (table[slot + LOW] !== low || table[slot] !== high)) {
      slot = (slot + WIDTH) & mask
    }
    return slot
  }

  #follow(level: number): void {
    this.#level = level
    this.#rebuild(this.#table.length)
  }

  /** Moves what is followed into a table of this length. */
  #rebuild(length: number): void {
    const { values } = this.drain()
    if (length > this.#table.length) this.#table = new Int32Array(length)
    this.#addAll(numbersIn(values))
  }

  #addAll(numbers: Int32Array): void {
    for (let i = 0; i + 3 < numbers.length; i += WIDTH) {
      this.#count(numbers[i]!, numbers[i + LOW]!, numbers[i + COUNT]! >>> 0, numbers[i + FIRST]!)
    }
  }
}

function numbersIn(values: Uint8Array): Int32Array {
  // What came over a wire may begin anywhere in its buffer.
  const { buffer, byteOffset, byteLength } = values.byteOffset % 4 === 0 ? values : values.slice()
  return new Int32Array(buffer, byteOffset, Math.floor(byteLength / 4))
}

/** What crosses a thread or a network: of each value both parts of its hash, its count and first time, four bytes each. */
export interface ValueCountsWire {
  readonly level: number
  readonly values: Uint8Array
}

const SMALLEST = 64
/** Values that are looked up together. */
const ASIDE = 64
/** Where in a slot what stands behind the high part of the hash. */
const [LOW, COUNT, FIRST] = [1, 2, 3] as const
const WIDTH = 4
const MAX_LEVEL = 20
/** Before any time. */
const CLAIMED = -(2 ** 31)

/** One hash of 53 bits out of 21 and 32. */
export function joinHash(high: number, low: number): number {
  return high * 2 ** 32 + (low >>> 0)
}
