import { type FieldValue, VALUE_KINDS } from './field-value.ts'
import type { FieldPlace } from './field-sink.ts'
import { isSecretName, REDACTED } from './redaction.ts'
import type { SpreadWire } from './spread.ts'
import { joinHash, ValueCounts, type ValueCountsWire } from './value-counts.ts'

/** What is known of one field in the requests of one cohort. */
export interface FieldCountsWire {
  readonly place: FieldPlace
  readonly name: string
  /** How many of its values were of each of `VALUE_KINDS`. */
  readonly kinds: readonly number[]
  /** How many held a character beyond ASCII. */
  readonly wide: number
  readonly lengths: SpreadWire
  /** Of numbers, and of the first digits in texts. */
  readonly numbers: SpreadWire
  readonly values: ValueCountsWire
  /** Some of the values by their hash, so that they can be named. */
  readonly texts: readonly [hash: number, text: string][]
}

const KEPT_TEXTS = 32
const KEPT_CHARACTERS = 64
/** Of many seconds and workers together; each is told once. */
const MERGED_TEXTS = 256
/** Where the figures stand: the smallest and, behind it, the largest length and number, how many of each kind, how many wide. */
const LENGTH = 0
const NUMBER = 2
const KINDS = 4
const WIDE = KINDS + VALUE_KINDS.length
const NONE = -1

/** Counts one field in the requests of one cohort. Merges by addition. */
export class FieldCounts {
  readonly place: FieldPlace
  readonly name: string
  readonly values: ValueCounts
  #keepsTexts: boolean
  /** The value that came last is counted when another comes: many fields never change. */
  #run = 0
  #runFrom = 0
  #high = 0
  #low = 0
  #kind = NONE
  #isWide = false
  readonly #told = new Set<number>()
  readonly #figures = new Float64Array(WIDE + 1)
  readonly #texts = new Map<number, string>()

  constructor(place: FieldPlace, name: string, capacity: number, keepsTexts: boolean) {
    this.place = place
    this.name = name
    this.values = new ValueCounts(capacity)
    this.#keepsTexts = keepsTexts
    this.#unbind()
  }

  /** So many of a value, the first `at` tenths of a millisecond. */
  add(value: FieldValue, at: number, count: number): void {
    if (value.low === this.#low && value.high === this.#high && value.kind === this.#kind) {
      this.#run += count
      if (at < this.#runFrom) this.#runFrom = at
    } else {
      this.#endRun()
      this.#beginRun(value, at, count)
    }
  }

  merge(wire: FieldCountsWire): void {
    for (const [index, count] of wire.kinds.entries()) this.#figures[KINDS + index]! += count
    this.#figures[WIDE]! += wire.wide
    this.#widen(LENGTH, wire.lengths.min, wire.lengths.max)
    this.#widen(NUMBER, wire.numbers.min, wire.numbers.max)
    this.values.mergeWire(wire.values)
    for (const [hash, text] of wire.texts) if (this.#texts.size < MERGED_TEXTS) this.#texts.set(hash, text)
  }

  drain(): FieldCountsWire {
    this.#endRun()
    const { place, name } = this
    const wire = { place, name, ...this.figures(), texts: [...this.#texts], values: this.values.drain() }
    this.#figures.fill(0)
    this.#unbind()
    for (const hash of this.#texts.keys()) this.#told.add(hash)
    this.#texts.clear()
    this.#keepsTexts &&= this.#told.size < MERGED_TEXTS
    return wire
  }

  figures(): Pick<FieldCountsWire, 'kinds' | 'wide' | 'lengths' | 'numbers'> {
    return {
      kinds: [...this.#figures.subarray(KINDS, WIDE)],
      wide: this.#figures[WIDE]!,
      lengths: this.#boundsOf(LENGTH),
      numbers: this.#boundsOf(NUMBER),
    }
  }

  get texts(): string[] {
    return [...this.#texts.values()]
  }

  textOf(hash: number): string | undefined {
    return this.#texts.get(hash)
  }

  #beginRun(value: FieldValue, at: number, count: number): void {
    this.#run = count
    this.#runFrom = at
    this.#high = value.high
    this.#low = value.low
    this.#kind = value.kind
    this.#isWide = value.isWide
    this.#widen(LENGTH, value.length, value.length)
    if (value.hasNumber) {
      const { number } = value
      this.#widen(NUMBER, number, number)
    }
    if (this.#keepsTexts && this.#texts.size < KEPT_TEXTS) this.#keepText(value)
  }

  #endRun(): void {
    if (this.#kind === NONE) return
    this.values.add(this.#high, this.#low, this.#run, this.#runFrom)
    this.#figures[KINDS + this.#kind]! += this.#run
    if (this.#isWide) this.#figures[WIDE]! += this.#run
    this.#kind = NONE
  }

  #widen(of: number, min: number, max: number): void {
    const figures = this.#figures
    if (min < figures[of]!) figures[of] = min
    if (max > figures[of + 1]!) figures[of + 1] = max
  }

  #unbind(): void {
    this.#figures.set([Infinity, -Infinity, Infinity, -Infinity], LENGTH)
  }

  /** How they lie between is not kept: it would cost more than it says. */
  #boundsOf(of: number): SpreadWire {
    return { min: this.#figures[of]!, max: this.#figures[of + 1]!, octaves: [] }
  }

  #keepText(value: FieldValue): void {
    const hash = joinHash(value.high, value.low)
    if (this.#texts.has(hash) || this.#told.has(hash)) return
    this.#texts.set(hash, isSecretName(this.name) ? REDACTED : value.text().slice(0, KEPT_CHARACTERS))
  }
}
