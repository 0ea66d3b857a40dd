import type {
  CohortRecord,
  ExemplarRecord,
  FieldRecord,
  RequestEvidence,
  SpreadRecord,
} from '../evidence/case-file.ts'
import type { ValueKind } from '../evidence/field-value.ts'
import type { Measure } from '../evidence/cohort.ts'
import type { RunsWire } from '../evidence/pass-runs.ts'
import type { TurnsWire } from '../evidence/turns.ts'
import type { TimeCountsRecord } from '../evidence/time-counts.ts'
import type { RunRecord } from '../run/record.ts'
import { type Contrast, separation } from './contrast.ts'
import { databaseMs } from './database-time.ts'
import { ServerWord } from './server-word.ts'
import { transportCode } from './transport-code.ts'

/** One field in failing and in passing requests. */
export interface FieldPair {
  readonly failing: FieldRecord
  readonly passing: FieldRecord | undefined
}

/** In equal steps of time from the start of the run, how many requests began that failed, and that passed. */
export interface Steps {
  readonly stepMs: number
  readonly steps: readonly { readonly failing: number; readonly passing: number }[]
}

/** Requests of one name that failed alike, and those of the same name that passed, to be contrasted. */
export class Failing {
  readonly record: RunRecord
  readonly method: string
  readonly name: string
  readonly signature: string
  readonly count: number
  /** All requests of the name. */
  readonly of: number
  readonly passed: number
  /** HTTP status, where an answer came. */
  readonly status: number | undefined
  /** Code of the transport error, where none came. */
  readonly code: string | undefined
  /** What the service said: the signature, the kept answers and its log, in small letters. */
  readonly said: string
  /** What its log said. */
  readonly word: ServerWord
  readonly exemplars: readonly ExemplarRecord[]
  /** `GET /a`, of each name that it is about. */
  readonly names: ReadonlySet<string>
  readonly #cohort: CohortRecord
  readonly #passed: readonly CohortRecord[]
  #steps: Steps | undefined

  /** `names` are those of the requests that it is about, where these are of several. */
  constructor(
    record: RunRecord,
    evidence: RequestEvidence,
    cohort: CohortRecord,
    names: readonly Pick<RequestEvidence, 'method' | 'name'>[] = [evidence],
  ) {
    const { method, name, cohorts } = evidence
    this.names = new Set(names.map((each) => `${each.method} ${each.name}`))
    this.record = record
    this.method = method
    this.name = name
    this.signature = cohort.signature ?? 'slow'
    this.count = cohort.count
    this.of = cohorts.reduce((sum, { count }) => sum + count, 0)
    this.#cohort = cohort
    this.#passed = cohorts.filter(
      ({ outcome }) => outcome === 'passed' || (outcome === 'slow' && cohort.outcome !== 'slow'),
    )
    this.passed = this.#passed.reduce((sum, { count }) => sum + count, 0)
    const [, status] = /^(\d{3})\b/.exec(this.signature) ?? []
    this.status = status === undefined ? undefined : Number(status)
    this.code = transportCode(this.signature)
    this.exemplars = record.exemplars.filter((exemplar) => {
      return (
        this.names.has(`${exemplar.method} ${exemplar.name}`) &&
        exemplar.signature === cohort.signature &&
        exemplar.outcome === cohort.outcome
      )
    })
    const answers = this.exemplars.map(({ response }) => (response === null ? '' : wordsOf(response.body)))
    this.word = new ServerWord(record, this, this.count)
    this.said = [this.signature, ...answers, this.word.text].join('\n').toLowerCase()
  }

  /** Whether some of an answer had come of each request that was kept, though none came whole. */
  get answersBegan(): boolean {
    return this.exemplars.length > 0 && this.exemplars.every(({ phases }) => (phases.receivingMs ?? 0) > 0)
  }

  /** Share of their time that the database took, by the service's own account in its answers; 0 where it gives none. */
  get databaseShare(): number {
    const told = this.exemplars.flatMap((exemplar) => {
      const ms = databaseMs(exemplar)
      return ms === undefined ? [] : [{ ms, of: exemplar.durationMs }]
    })
    const of = told.reduce((sum, each) => sum + each.of, 0)
    return of === 0 ? 0 : Math.min(1, told.reduce((sum, { ms }) => sum + ms, 0) / of)
  }

  /** Of those that passed, kept whole. */
  get passingExemplars(): ExemplarRecord[] {
    return this.record.exemplars.filter(({ method, name, outcome }) => {
      return outcome === 'passed' && this.names.has(`${method} ${name}`)
    })
  }

  get fields(): FieldPair[] {
    return this.#cohort.fields.map((failing) => ({ failing, passing: this.#passingField(failing) }))
  }

  /** Whether these are all that failed so, and no other name has such failures. */
  get isWhole(): boolean {
    const names = this.record.evidence.filter(({ cohorts }) =>
      cohorts.some(({ signature }) => signature === this.signature),
    )
    return names.length <= this.names.size
  }

  /** Those of requests that passed which none of these has. */
  get missingFields(): FieldRecord[] {
    const known = new Set(this.#cohort.fields.map(({ place, name }) => `${place} ${name}`))
    const others = this.#passed.flatMap(({ fields }) =>
      fields.filter(({ place, name }) => !known.has(`${place} ${name}`)),
    )
    return [...Map.groupBy(others, ({ place, name }) => `${place} ${name}`).values()].map((same) =>
      same.reduce(together),
    )
  }

  /** After how many requests of a user that passed in a row these failed. */
  get runs(): RunsWire | undefined {
    return this.#cohort.runs
  }

  /** Whether the answers before and after these failed, too, over the same connection or another. */
  get turns(): TurnsWire | undefined {
    return this.#cohort.turns
  }

  measure(measure: Measure): { failing: SpreadRecord; passing: SpreadRecord } {
    // Records of before lack what was not measured then.
    const of = ({ measures }: CohortRecord): SpreadRecord => measures[measure] ?? joined([])
    return { failing: of(this.#cohort), passing: joined(this.#passed.map(of)) }
  }

  /** How many requests failed and passed in each step of time; the steps are those of the longer of both. */
  get steps(): Steps {
    // Many explanations ask for them, and of a long run they are a thousand.
    this.#steps ??= stepsOf(
      [this.#cohort.times],
      this.#passed.map(({ times }) => times),
    )
    return this.#steps
  }

  /** How well a property tells them apart that so many of both have. */
  separation(failing: number, passing: number): number {
    return separation(this.contrast(failing, passing))
  }

  contrast(failing: number, passing: number): Contrast {
    return { failing, ofFailing: this.count, passing, ofPassing: this.passed }
  }

  #passingField({ place, name }: FieldRecord): FieldRecord | undefined {
    const fields = this.#passed.flatMap((cohort) => {
      return cohort.fields.filter((field) => field.place === place && field.name === name)
    })
    return fields.length === 0 ? undefined : fields.reduce(together)
  }
}

function stepsOf(failing: readonly TimeCountsRecord[], passing: readonly TimeCountsRecord[]): Steps {
  const stepMs = Math.max(...[...failing, ...passing].map((times) => times.stepMs))
  const steps: { failing: number; passing: number }[] = []
  for (const [outcome, all] of [
    ['failing', failing],
    ['passing', passing],
  ] as const) {
    for (const times of all) {
      for (const counted of times.counts) {
        const index = Math.max(0, Math.floor((counted[0] * times.stepMs) / stepMs))
        const at = (steps[index] ??= { failing: 0, passing: 0 })
        at[outcome] += counted[1]
      }
    }
  }
  return { stepMs, steps: Array.from(steps, (step) => step ?? { failing: 0, passing: 0 }) }
}

/** A field of requests that passed, and of those that passed slowly. */
function together(one: FieldRecord, other: FieldRecord): FieldRecord {
  const kinds = { ...one.kinds }
  for (const [kind, count] of Object.entries(other.kinds) as [ValueKind, number][]) {
    kinds[kind] = (kinds[kind] ?? 0) + count
  }
  return {
    ...one,
    kinds,
    wide: one.wide + other.wide,
    lengths: joined([one.lengths, other.lengths]),
    numbers: joined([one.numbers, other.numbers]),
    occurrences: one.occurrences + other.occurrences,
    // Of values that came in both, the second does not know; as a bound it serves.
    distinct: Math.max(one.distinct, other.distinct),
    repeated: one.repeated + other.repeated,
  }
}

const READ_CHARACTERS = 4_096
const PAGE_CHARACTERS = 600

/** What an answer says; of a page how it begins: further down frameworks list sources and settings, which speak of everything. */
function wordsOf(body: string): string {
  const begun = body.slice(0, READ_CHARACTERS)
  if (!/^\s*<(!doctype|html)/i.test(begun)) return begun
  const text = begun.replaceAll(/<(style|script)\b[^]*?(<\/\1>|$)|<[^>]*>/gi, ' ').replaceAll(/\s+/g, ' ')
  return text.slice(0, PAGE_CHARACTERS)
}

/** All of several spreads. */
export function joined(spreads: readonly SpreadRecord[]): SpreadRecord {
  const octaves = new Map<number, number>()
  let [min, max]: [number | null, number | null] = [null, null]
  for (const spread of spreads) {
    if (spread.min !== null) min = Math.min(min ?? Infinity, spread.min)
    if (spread.max !== null) max = Math.max(max ?? -Infinity, spread.max)
    for (const [octave, count] of spread.octaves) octaves.set(octave, (octaves.get(octave) ?? 0) + count)
  }
  return { min, max, octaves: [...octaves].toSorted(([a], [b]) => a - b) }
}
