import { type CohortName, type CohortWire, type Measure, MEASURES, type Outcome } from './cohort.ts'
import { type Exemplar, Exemplars } from './exemplar.ts'
import { FieldCounts, type FieldCountsWire } from './field-counts.ts'
import type { FieldPlace } from './field-sink.ts'
import { VALUE_KINDS, type ValueKind } from './field-value.ts'
import { Runs, type RunsWire } from './pass-runs.ts'
import { Spreads, type SpreadWire } from './spread.ts'
import { tellingWords, TextPieces, type WordsRecord } from './telling-words.ts'
import { TimeCounts, type TimeCountsRecord } from './time-counts.ts'
import { Turns, type TurnsWire } from './turns.ts'
import { joinHash, ValueCounts } from './value-counts.ts'

/** The requests of one name, by what became of them: what failing ones share and passing ones don't stands here. */
export interface RequestEvidence {
  readonly method: string
  readonly name: string
  /** Those that passed, those that passed slowly, then those that failed, the most first. */
  readonly cohorts: readonly CohortRecord[]
}

export interface CohortRecord {
  readonly outcome: Outcome
  /** `null` where they passed. */
  readonly signature: string | null
  readonly count: number
  /** When they began. */
  readonly times: TimeCountsRecord
  /** Times in milliseconds, sizes in bytes. */
  readonly measures: Readonly<Record<Measure, SpreadRecord>>
  readonly fields: readonly FieldRecord[]
  /** Of a cohort that failed, where any of the same user passed before. */
  readonly runs?: RunsWire
  /** Of one that failed with an answer: whether those before and after to the same user failed, too, by connection. */
  readonly turns?: TurnsWire
}

/** `min` and `max` are `null` where there was none; of fields there are no octaves. Octave `o` holds values from 2^(o-1) up to 2^o; the first those below 1. */
export interface SpreadRecord {
  readonly min: number | null
  readonly max: number | null
  readonly octaves: readonly [octave: number, count: number][]
}

/** One field of the requests of a cohort: in a JSON body by pointer, elsewhere by name. */
export interface FieldRecord {
  readonly place: FieldPlace
  readonly name: string
  /** How many of its values were of which kind. */
  readonly kinds: Readonly<Partial<Record<ValueKind, number>>>
  /** How many held a character beyond ASCII. */
  readonly wide: number
  /** In characters. */
  readonly lengths: SpreadRecord
  /** Of numbers, and of the first digits in texts. */
  readonly numbers: SpreadRecord
  /** Of so many of all values every occurrence is followed, whatever the cohort: 1 is all. What stands below is of those. */
  readonly followedShare: number
  readonly occurrences: number
  readonly distinct: number
  /** Occurrences of a value that had been sent before in this run, with a request of the same name. */
  readonly repeated: number
  /** Occurrences of a value that no request of this name passed with, and how many values these are. */
  readonly neverPassed: { readonly occurrences: number; readonly distinct: number }
  /** Of a cohort that failed, and of who answered, the most frequent values; `passed` is how often the same value passed. */
  readonly top: readonly { readonly text: string | null; readonly count: number; readonly passed: number }[]
  /** Of a cohort that failed, where any words of its texts tell it from those that passed. */
  readonly words?: WordsRecord
}

/** A request kept whole, by the cohort it belongs to. */
export type ExemplarRecord = CohortName & Exemplar

const VALUES = 16_384
const TOP = 5
const MAX_COHORTS = 600
/** Kept bodies of the whole run, in characters; past it they are cut short. */
const KEPT_CHARACTERS = 16 * 1024 * 1024
const CUT_CHARACTERS = 1_024

/** The evidence of all seconds and workers, merged. */
export class CaseFile {
  readonly #cohorts = new Map<string, MergedCohort>()

  add(wire: CohortWire): void {
    const key = `${wire.method} ${wire.name} ${wire.outcome} ${wire.signature}`
    let cohort = this.#cohorts.get(key)
    if (cohort === undefined) {
      if (this.#cohorts.size >= MAX_COHORTS) return
      cohort = new MergedCohort(wire)
      this.#cohorts.set(key, cohort)
    }
    cohort.add(wire)
  }

  /** By name, then by outcome. */
  get requests(): RequestEvidence[] {
    const byName = Map.groupBy(this.#cohorts.values(), ({ of }) => `${of.method} ${of.name}`)
    const history = new FieldHistory()
    return [...byName.values()].map((cohorts) => requestEvidence(cohorts.toSorted(byOutcome), history))
  }

  get exemplars(): ExemplarRecord[] {
    let characters = 0
    return [...this.#cohorts.values()].toSorted(byOutcome).flatMap(({ of, exemplars }) => {
      return exemplars.all.map((exemplar) => {
        characters += exemplar.response?.body.length ?? 0
        return { ...of, ...(characters > KEPT_CHARACTERS ? cut(exemplar) : exemplar) }
      })
    })
  }
}

function cut(exemplar: Exemplar): Exemplar {
  const { response } = exemplar
  return { ...exemplar, response: response && { ...response, body: response.body.slice(0, CUT_CHARACTERS) } }
}

class MergedCohort {
  readonly of: CohortName
  readonly exemplars = new Exemplars()
  readonly times = new TimeCounts()
  readonly fields = new Map<string, FieldCounts>()
  readonly #spreads = new Spreads(MEASURES.length)
  readonly #runs = new Runs()
  readonly #turns = new Turns()
  count = 0

  constructor({ method, name, outcome, signature }: CohortWire) {
    this.of = { method, name, outcome, signature }
  }

  add(wire: CohortWire): void {
    this.count += wire.count
    for (const [tenth, count] of wire.tenths) this.times.add(tenth, count)
    for (const [index, spread] of wire.measures.entries()) this.#spreads.merge(index, spread)
    for (const field of wire.fields) this.#addField(field)
    for (const exemplar of wire.exemplars) this.exemplars.add(exemplar)
    if (wire.runs !== undefined) this.#runs.merge(wire.runs)
    if (wire.turns !== undefined) this.#turns.merge(wire.turns)
  }

  get turns(): TurnsWire | undefined {
    return this.#turns.toWire()
  }

  get runs(): RunsWire | undefined {
    return this.#runs.toWire()
  }

  get measures(): Record<Measure, SpreadRecord> {
    const entries = MEASURES.map(
      (measure, index) => [measure, spreadRecord(this.#spreads.toWire(index))] as const,
    )
    return Object.fromEntries(entries) as Record<Measure, SpreadRecord>
  }

  #addField(wire: FieldCountsWire): void {
    const key = `${wire.place} ${wire.name}`
    let field = this.fields.get(key)
    if (field === undefined) {
      field = new FieldCounts(wire.place, wire.name, VALUES, true)
      this.fields.set(key, field)
    }
    field.merge(wire)
  }
}

const OUTCOMES: readonly Outcome[] = ['passed', 'slow', 'failed']

function byOutcome(a: MergedCohort, b: MergedCohort): number {
  return OUTCOMES.indexOf(a.of.outcome) - OUTCOMES.indexOf(b.of.outcome) || b.count - a.count
}

function requestEvidence(cohorts: readonly MergedCohort[], history: FieldHistory): RequestEvidence {
  const { method, name } = cohorts[0]!.of
  const fields = new Map(cohorts.map((cohort): [MergedCohort, FieldRecord[]] => [cohort, []]))
  for (const key of new Set(cohorts.flatMap((cohort) => [...cohort.fields.keys()]))) {
    history.read(cohorts, key)
    const passing = new TextPieces(passingTexts(cohorts, key))
    for (const cohort of cohorts) {
      const field = cohort.fields.get(key)
      if (field === undefined) continue
      const words = cohort.of.outcome === 'failed' ? tellingWords(field.texts, passing) : undefined
      fields.get(cohort)!.push({ ...fieldRecord(field, cohort, history), ...(words && { words }) })
    }
  }
  return {
    method,
    name,
    cohorts: cohorts.map((cohort) => ({
      outcome: cohort.of.outcome,
      signature: cohort.of.signature,
      count: cohort.count,
      times: cohort.times.toRecord(),
      measures: cohort.measures,
      fields: fields.get(cohort)!,
      ...(cohort.runs === undefined ? {} : { runs: cohort.runs }),
      ...(cohort.turns === undefined ? {} : { turns: cohort.turns }),
    })),
  }
}

function passingTexts(cohorts: readonly MergedCohort[], key: string): string[] {
  return cohorts.flatMap(({ of, fields }) => (of.outcome === 'failed' ? [] : (fields.get(key)?.texts ?? [])))
}

/** What became of each value of a field, over all cohorts: of one field at a time, since it takes more memory than all that is said of it. */
class FieldHistory {
  readonly #all = new ValueCounts(Infinity)
  readonly #passed = new ValueCounts(Infinity)
  followedShare = 1

  read(cohorts: readonly MergedCohort[], key: string): void {
    this.#all.clear()
    this.#passed.clear()
    const all = cohorts.flatMap((cohort) => {
      const field = cohort.fields.get(key)
      return field === undefined ? [] : [{ cohort, field }]
    })
    this.followedShare = Math.min(...all.map(({ field }) => field.values.followedShare))
    for (const { cohort, field } of all) {
      field.values.followAtMost(this.followedShare)
      field.values.forEach((high, low, count, firstAt) => {
        this.#all.add(high, low, count, firstAt)
        if (cohort.of.outcome !== 'failed') this.#passed.add(high, low, count, firstAt)
      })
    }
  }

  passed(high: number, low: number): number {
    return this.#passed.countOf(high, low)
  }

  /** Whether a value that a cohort saw first at this time was first seen by it: asked once by each. */
  beganAt(high: number, low: number, firstAt: number): boolean {
    return this.#all.claimFirst(high, low, firstAt)
  }
}

function fieldRecord(field: FieldCounts, cohort: MergedCohort, history: FieldHistory): FieldRecord {
  const { place, name, values } = field
  const { kinds, wide, lengths, numbers } = field.figures()
  let [occurrences, repeated] = [0, 0]
  const neverPassed = { occurrences: 0, distinct: 0 }
  const top: Top[] = []
  const hasTop = cohort.of.outcome === 'failed' || place === 'instance'
  values.forEach((high, low, count, firstAt) => {
    const passed = history.passed(high, low)
    occurrences += count
    repeated += history.beganAt(high, low, firstAt) ? count - 1 : count
    if (passed === 0) {
      neverPassed.occurrences += count
      neverPassed.distinct += 1
    }
    if (hasTop) keepMost(top, joinHash(high, low), count, passed)
  })
  const counted = VALUE_KINDS.map((kind, index) => [kind, kinds[index]!] as const).filter(
    ([, count]) => count > 0,
  )
  return {
    place,
    name,
    kinds: Object.fromEntries(counted),
    wide,
    lengths: spreadRecord(lengths),
    numbers: spreadRecord(numbers),
    followedShare: history.followedShare,
    occurrences,
    distinct: values.size,
    repeated,
    neverPassed,
    top: top.map(({ hash, count, passed }) => ({ text: field.textOf(hash) ?? null, count, passed })),
  }
}

interface Top {
  readonly hash: number
  readonly count: number
  readonly passed: number
}

function keepMost(tops: Top[], hash: number, count: number, passed: number): void {
  if (tops.length === TOP && count <= tops[TOP - 1]!.count) return
  tops.push({ hash, count, passed })
  tops.sort((a, b) => b.count - a.count || a.hash - b.hash)
  tops.length = Math.min(tops.length, TOP)
}

function spreadRecord({ min, max, octaves }: SpreadWire): SpreadRecord {
  return min > max ? { min: null, max: null, octaves } : { min, max, octaves }
}
