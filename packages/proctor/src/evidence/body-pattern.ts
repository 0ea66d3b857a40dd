import type { FieldSink, FieldSource } from './field-sink.ts'
import type { FieldValue } from './field-value.ts'
import { endOfWord, type JsonFields } from './json-fields.ts'
import { firstBytes, type TextBytes } from './text-bytes.ts'

/** From longer bodies nothing is learnt, and from those of one request only so often. */
const MAX_BYTES = 2_048
const MAX_LESSONS = 64

/** Steps of a plan: bytes as they were, a field whose value was among them, a field whose value is another each time, the end. */
const [LITERAL, CONSTANT, STRING, WORD, END] = [0, 1, 2, 3, 4] as const

/** A field of the body that was learnt from last. */
interface Known {
  readonly field: number
  readonly pointer: string
  readonly from: number
  readonly to: number
  readonly value: FieldValue
}

/**
 * What the JSON bodies of one request have in common. One line of a scenario makes them all, so that but for a few values they
 * are what they were: such bytes are only compared, four at a time. One that differs otherwise is
 * read by `JsonFields`, and learnt from.
 */
export class BodyPattern {
  /** Whether the body that was read last was read to its end. */
  isWhole = false
  readonly #source: TextBytes
  readonly #read: FieldValue
  #known: Known[] = []
  #plan = Int32Array.of(END)
  #newest: Known | undefined
  #lesson: Known[] = []
  #lessons = 0
  readonly #changing = new Set<number>()

  /** `value` is where values are read to. */
  constructor(source: TextBytes, value: FieldValue) {
    this.#source = source
    this.#read = value
  }

  /** Tells the fields of the body that the source holds, as far as it goes by the pattern; answers how many these are. */
  read(sink: FieldSink, reader: FieldSource): number {
    const plan = this.#plan
    this.isWhole = false
    let told = 0
    let at = 0
    for (let step = 0; ; step += 2) {
      if (plan[step] === LITERAL) {
        const bytes = plan[step + 1]!
        if (!this.#isLiteral(step + 2, at, bytes)) break
        at += bytes
        step += 2 + ((bytes + 3) >>> 2)
      }
      const kind = plan[step]!
      if (kind === END) {
        this.isWhole = at === this.#source.end
        break
      }
      const known = this.#known[plan[step + 1]!]!
      if (kind === STRING) at = this.#read.readString(at)
      else if (kind === WORD) at = this.#readWord(at)
      if (at < 0) break
      this.#newest = known
      sink.field(known.field, kind === CONSTANT ? known.value : this.#read, reader)
      told += 1
    }
    return told
  }

  /** Of the field that was read last. */
  pointer(): string {
    return this.#newest!.pointer
  }

  /** A body that didn't go by the pattern is read by `json`, each field told; `endLesson` follows. */
  learn(json: JsonFields): void {
    if (!this.#mayLearn()) return
    const { from, to } = this.#read
    this.#lesson.push({ field: json.field, pointer: json.pointer(), from, to, value: this.#read.copy() })
  }

  endLesson(): void {
    if (!this.#mayLearn()) return
    this.#lessons += 1
    for (const { field, value } of this.#lesson) {
      const before = this.#known.find((known) => known.field === field)?.value
      if (before !== undefined && !value.equals(before)) this.#changing.add(field)
    }
    this.#known = this.#lesson
    this.#lesson = []
    this.#plan = Int32Array.from(this.#planned())
  }

  #mayLearn(): boolean {
    return this.#lessons < MAX_LESSONS && this.#source.end <= MAX_BYTES
  }

  *#planned(): Generator<number> {
    let literalFrom = 0
    let constants: number[] = []
    for (const [index, { field, from, to, value }] of this.#known.entries()) {
      // A number that was cut off may go on in the next.
      if (this.#changing.has(field) || to === this.#source.end) {
        yield* this.#literal(literalFrom, from)
        yield* constants
        yield* [value.isString ? STRING : WORD, index]
        constants = []
        literalFrom = to
      } else constants.push(CONSTANT, index)
    }
    yield* this.#literal(literalFrom, this.#source.end)
    yield* constants
    yield END
  }

  *#literal(from: number, to: number): Generator<number> {
    yield* [LITERAL, to - from]
    for (let at = from; at < to; at += 4) yield firstBytes(this.#source.word(at), Math.min(4, to - at))
  }

  /** Whether the source holds at `from` what stands in the plan. */
  #isLiteral(step: number, from: number, bytes: number): boolean {
    const plan = this.#plan
    const source = this.#source
    const to = from + bytes
    if (to > source.end) return false
    let at = from
    let word = step
    for (; at + 4 <= to; at += 4) if (source.word(at) !== plan[word++]) return false
    return at === to || firstBytes(source.word(at), to - at) === plan[word]
  }

  #readWord(from: number): number {
    const to = endOfWord(this.#source, from)
    if (to >= 0) this.#read.readWord(from, to)
    return to
  }
}
