import type { FieldValue } from './field-value.ts'
import type { TextBytes } from './text-bytes.ts'

const MAX_FIELDS = 32
const AMPERSAND = 38
const EQUALS = 61

/** The fields of a form or a query, one after the other, as they were sent. */
export class PairFields {
  /** Identifies the field that was read last, by its name. */
  field = 0
  readonly #source: TextBytes
  readonly #value: FieldValue
  #seed = 0
  #at = 0
  #fields = 0
  #nameFrom = 0
  #nameTo = 0

  constructor(source: TextBytes, value: FieldValue) {
    this.#source = source
    this.#value = value
  }

  /** What stands in the source from here on; of one seed, fields of one name are the same. */
  begin(from: number, seed: number): void {
    this.#at = from
    this.#seed = seed
    this.#fields = 0
  }

  /** Reads the value of the next field; `false` where there is none. */
  next(): boolean {
    const { bytes, end } = this.#source
    if (this.#at >= end || this.#fields === MAX_FIELDS) return false
    this.#readName()
    const from = this.#nameTo < end && bytes[this.#nameTo] === EQUALS ? this.#nameTo + 1 : this.#nameTo
    let to = from
    while (to < end && bytes[to] !== AMPERSAND) to += 1
    this.#value.readText(from, to)
    this.#fields += 1
    this.#at = to + 1
    return true
  }

  /** Of the field that was read last. */
  name(): string {
    return this.#source.text(this.#nameFrom, this.#nameTo)
  }

  #readName(): void {
    const { bytes, end } = this.#source
    let hash = Math.imul(this.#seed, 0x5bd1e995)
    let at = this.#at
    for (; at < end; at++) {
      const code = bytes[at]!
      if (code === EQUALS || code === AMPERSAND) break
      hash = Math.imul(hash ^ code, 0x01000193)
    }
    this.field = hash
    this.#nameFrom = this.#at
    this.#nameTo = at
  }
}
