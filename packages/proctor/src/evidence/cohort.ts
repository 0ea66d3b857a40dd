import { traceIdOf } from '../http/trace.ts'
import type { Exemplar } from './exemplar.ts'
import { FieldCounts, type FieldCountsWire } from './field-counts.ts'
import type { FieldPlace, FieldSink, FieldSource } from './field-sink.ts'
import type { FieldValue } from './field-value.ts'
import { Runs, type RunsWire } from './pass-runs.ts'
import { type Doubles, Spreads, type SpreadWire } from './spread.ts'
import { Turns, type TurnsWire } from './turns.ts'
import { UserCounts } from './user-counts.ts'

/** What is measured of every request, beside its fields. */
export const MEASURES = [
  /** Of the request's body. */
  'requestBytes',
  'responseBytes',
  /** From the write to the end. */
  'durationMs',
  /** Requests without an answer in this worker, when it ended. */
  'inFlight',
  /** Which use of its connection it was, from 1; 0 where it never had one. */
  'connectionUse',
  'connectionAgeMs',
  /** Since the user's request before it ended. */
  'idleMs',
  /** Since the user's first request began. */
  'userAgeMs',
  /** Of the request's line and headers, as they were written. */
  'headBytes',
] as const

export type Measure = (typeof MEASURES)[number]

/** What became of the requests of a cohort. Slow ones passed, too, but took several times as long as is usual. */
export type Outcome = 'passed' | 'slow' | 'failed'

/** Requests of one name with one outcome, within one second of one worker, or within a run: merges by addition. */
export interface CohortWire extends CohortName {
  readonly count: number
  /** How many began in which tenth of a second since the start of the run. */
  readonly tenths: readonly [tenth: number, count: number][]
  /** In the order of `MEASURES`. */
  readonly measures: readonly SpreadWire[]
  readonly fields: readonly FieldCountsWire[]
  readonly exemplars: readonly Exemplar[]
  /** Of those that failed, so that the service's log can be asked for more than the exemplars: the first of each second. */
  readonly traceIds?: readonly string[]
  /** Of those that failed, where any of the same user passed before. */
  readonly runs?: RunsWire
  /** Of those that failed with an answer. */
  readonly turns?: TurnsWire
}

export interface CohortName {
  readonly method: string
  readonly name: string
  readonly outcome: Outcome
  /** Of those that failed. */
  readonly signature: string | null
}

/** Beside the user. */
const MAX_FIELDS = 31
const MAX_IDS = 100
/** Of which texts are kept of requests that passed, too: to name who answered, and to compare words. */
const WITH_TEXTS: ReadonlySet<FieldPlace> = new Set(['instance', 'query', 'header', 'body'])

/** Counts the requests of one cohort. */
export class Cohort implements FieldSink {
  readonly of: CohortName
  readonly #capacity: number
  readonly #spreads = new Spreads(MEASURES.length)
  readonly #fields = new Map<number, FieldCounts>()
  /** In the order in which they came first: most requests have them in the same. */
  readonly #inOrder: FieldCounts[] = []
  readonly #keys: number[] = []
  readonly #users: UserCounts
  readonly #tenths = new Map<number, number>()
  readonly runs = new Runs()
  readonly turns = new Turns()
  #exemplars: Exemplar[] = []
  #traceIds: string[] = []
  #count = 0
  /** Of the request that fields are told of. */
  #at = 0
  #next = 0
  #tenth = -1
  #inTenth = 0

  /** `capacity` is how many values of each field are followed. */
  constructor(of: CohortName, capacity: number) {
    this.of = of
    this.#capacity = capacity
    this.#users = new UserCounts(capacity, this.#isFailed)
  }

  get count(): number {
    return this.#count
  }

  /**
   * One more request, begun so many tenths of a millisecond after the start of the run; its measures stand from there on, its
   * fields follow.
   */
  add(at: number, user: number, measures: Doubles, from: number): void {
    this.#count += 1
    this.#at = at
    this.#next = 0
    const tenth = (at / 1000) | 0
    if (tenth !== this.#tenth) this.#turnTo(tenth)
    this.#inTenth += 1
    this.#spreads.add(measures, from)
    this.#users.add(user, at)
  }

  field(field: number, value: FieldValue, source: FieldSource): void {
    const next = this.#next++
    const counts = this.#keys[next] === field ? this.#inOrder[next] : this.#outOfOrder(field, source)
    counts?.add(value, this.#at, 1)
  }

  keep(exemplar: Exemplar): void {
    this.#exemplars.push(exemplar)
  }

  /** The trace id in the head of a request. */
  noteId(head: string): void {
    if (this.#traceIds.length >= MAX_IDS) return
    const traceId = traceIdOf(head)
    if (traceId !== '') this.#traceIds.push(traceId)
  }

  /** Answers all that was counted, and starts anew. */
  drain(): CohortWire {
    this.#turnTo(-1)
    const [runs, turns] = [this.runs.toWire(), this.turns.toWire()]
    const wire = {
      ...this.of,
      count: this.#count,
      tenths: [...this.#tenths],
      measures: MEASURES.map((_, measure) => this.#spreads.toWire(measure)),
      fields: [this.#users, ...this.#fields.values()].map((counts) => counts.drain()),
      exemplars: this.#exemplars,
      ...(this.#traceIds.length === 0 ? {} : { traceIds: this.#traceIds }),
      ...(runs === undefined ? {} : { runs }),
      ...(turns === undefined ? {} : { turns }),
    }
    this.#count = 0
    this.#tenths.clear()
    this.#spreads.clear()
    this.runs.clear()
    this.turns.clear()
    this.#exemplars = []
    this.#traceIds = []
    return wire
  }

  get #isFailed(): boolean {
    return this.of.outcome === 'failed'
  }

  /** `undefined` where it would be a new one, and there are too many. */
  #outOfOrder(field: number, source: FieldSource): FieldCounts | undefined {
    let counts = this.#fields.get(field)
    if (counts === undefined) {
      if (this.#fields.size >= MAX_FIELDS) return undefined
      const keepsTexts = this.#isFailed || WITH_TEXTS.has(source.place)
      counts = new FieldCounts(source.place, source.name(), this.#capacity, keepsTexts)
      this.#fields.set(field, counts)
      this.#inOrder.push(counts)
      this.#keys.push(field)
    }
    this.#next = this.#inOrder.indexOf(counts) + 1
    return counts
  }

  #turnTo(tenth: number): void {
    if (this.#inTenth > 0) this.#tenths.set(this.#tenth, (this.#tenths.get(this.#tenth) ?? 0) + this.#inTenth)
    this.#tenth = tenth
    this.#inTenth = 0
  }
}
