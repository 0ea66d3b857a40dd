import { basename } from 'node:path'
import type { Load, Plan } from '../engine/plan.ts'
import type { FailureExample } from '../evidence/failure.ts'
import { commandLine } from '../report/command-line.ts'
import { missedWords } from '../report/thresholds.ts'
import { overallFigures } from '../run/figures.ts'
import type { ScenarioSummary } from '../run/protocol.ts'
import {
  exceptionRecord,
  type FailureRecord,
  failureRecord,
  ownFigures,
  type RunRecord,
} from '../run/record.ts'
import type { RequestStats } from '../stats/request-stats.ts'
import type { RunBegun, RunEnd, RunListener } from '../run/run.ts'
import type { Soundness } from '../run/soundness.ts'
import type { ThresholdRecord } from '../run/threshold-record.ts'
import type { Timeline } from '../run/timeline.ts'
import { encodeFailure, failureKey, keptOf, nameKey, Numbering, rowOf } from './encode.ts'
import { CountedSince } from './counted-since.ts'
import { ToldSeconds } from './told-seconds.ts'
import type { FailureWire, LogLine, NameSeconds, Row, RowWire, RunHead, RunState, Tick } from './wire.ts'

/** The newest are kept. */
const MOST_LINES = 500

/** A tick but for its seconds, which are JSON already. */
type Standing = Omit<Tick, 'seconds'>

/** A run as the page is told of it while it goes on: what it was told once, it can tell to whoever comes later. */
export class RunView implements RunListener {
  readonly #plan: Plan
  readonly #now: () => number
  readonly #changed: () => void
  readonly #failureNumbers = new Numbering()
  readonly #seconds = new ToldSeconds()
  readonly #rows = new Map<number, RowWire>()
  readonly #failures = new Map<number, FailureWire>()
  readonly #examples = new Map<number, FailureExample | null>()
  readonly #log: LogLine[] = []
  #timeline: Timeline | undefined
  /** Once the statistics were reset. */
  #since: CountedSince | undefined
  #head: RunHead
  #all = rowOf(NOTHING)
  #exceptions: Tick['exceptions'] = []
  #own: Pick<Tick, 'transactions' | 'metrics'> = { transactions: [], metrics: [] }
  #thresholds: readonly ThresholdRecord[] = []
  #soundness: Soundness | null = null
  #workers: Tick['workers'] = []
  #findings: Tick['findings'] = []
  #untold = nothingUntold(0)
  #lines = 0

  /** `now` is milliseconds since the Unix epoch; `changed` is called back whenever there is something new to tell. */
  constructor(id: string, plan: Plan, now: () => number, changed: () => void) {
    this.#plan = plan
    this.#now = now
    this.#changed = changed
    this.#head = headOf(id, plan, now())
  }

  get id(): string {
    return this.#head.id
  }

  get state(): RunState {
    return this.#head.state
  }

  get seconds(): number {
    return this.#seconds.count
  }

  /** What a failing request looked like; `undefined` where there is no such failure. */
  exampleOf(failure: number): FailureExample | null | undefined {
    return this.#examples.get(failure)
  }

  /** Every second of a name, by method and name; `undefined` where there is no such name. */
  secondsOf(key: string): NameSeconds | undefined {
    return this.#seconds.ofName(key)
  }

  /** For who knows so many seconds; all else as it stands now. */
  tickFrom(seconds: number): string {
    const rows = [...this.#rows.values()]
    return this.#tick(seconds, { rows, failures: [...this.#failures.values()], log: this.#log })
  }

  /** For who has heard all until this was asked last. */
  takeNew(): string {
    const { seconds, rows, failures, log } = this.#untold
    this.#untold = nothingUntold(this.#seconds.count)
    return this.#tick(seconds, { rows: [...rows.values()], failures: [...failures.values()], log })
  }

  started({ users }: ScenarioSummary, load: Load, { runId, startedAt: began }: RunBegun): void {
    const startedAt = new Date(began).toISOString()
    this.#head = {
      ...this.#head,
      runId,
      state: 'running',
      users,
      load,
      startedAt,
      command: commandLine({ ...this.#plan, load }),
    }
    this.note('The load begins.')
  }

  second(timeline: Timeline, missed: readonly ThresholdRecord[], soundness: Soundness): void {
    const second = timeline.seconds.at(-1)!
    this.#timeline = timeline
    this.#since?.second(timeline)
    this.#noteRows(timeline)
    const failures = this.#noteFailures(timeline, second.second)
    this.#seconds.add(second, failures)
    const exceptions = timeline.exceptions.groups.map(exceptionRecord)
    this.#exceptions = this.#since?.exceptions(exceptions) ?? exceptions
    this.#noteMissed(missed)
    this.#soundness = soundness
    this.#workers = timeline.workers
    const { scheduled, missed: missedArrivals, interrupted } = timeline.counts
    const durationSeconds = Math.min(second.elapsedMs, this.#head.load.durationMs ?? Infinity) / 1000
    this.#head = { ...this.#head, durationSeconds, scheduled, missed: missedArrivals, interrupted }
    this.#own = ownFigures(timeline, durationSeconds)
    this.#changed()
  }

  aborting(missed: ThresholdRecord): void {
    this.#head = { ...this.#head, state: 'stopping' }
    this.note(`Stopping: ${missedWords(missed)}. Requests under way are waited for.`, 'warning')
  }

  steered(target: number, elapsedMs: number): void {
    this.#head = { ...this.#head, steering: [...this.#head.steering, { elapsedMs, target }] }
    const what = this.#head.load.kind === 'closed' ? 'users' : 'arrivals a second'
    this.note(`The load is now ${target} ${what}.`)
  }

  /** Rows, failures and exceptions begin anew; seconds, thresholds and findings are of the whole run, as its record is. */
  reset(elapsedMs: number): void {
    const { resets, durationSeconds } = this.#head
    if (this.#timeline !== undefined) this.#since = new CountedSince(this.#timeline)
    this.#head = { ...this.#head, resets: [...resets, elapsedMs], countedFromSeconds: durationSeconds }
    for (const map of [this.#rows, this.#failures, this.#untold.rows, this.#untold.failures]) map.clear()
    this.#all = rowOf(NOTHING)
    this.#exceptions = []
    this.note('The statistics were reset: figures count from here on. The record has all of the run.')
  }

  noAnswer(waiting: number, reason: string | undefined): void {
    const why = reason ?? `${waiting} requests waiting`
    this.note(`${this.#head.host} has not answered yet: ${why}.`, 'warning')
  }

  output(text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.#write({ kind: 'output', text: line })
    this.#changed()
  }

  stopping(): void {
    this.#head = { ...this.#head, state: 'stopping' }
    this.note('Stopping: requests under way are waited for.')
  }

  ended({ state, error, record }: RunEnd, findings: Tick['findings']): void {
    const { durationSeconds, steering, thresholds, generator, total, failures, exemplars } = record
    const { transactions, metrics } = record
    for (const failure of failures) this.#settle(failure, exemplars)
    const { scheduled, missed, interrupted } = total
    this.#head = {
      ...this.#head,
      state,
      durationSeconds,
      steering,
      scheduled,
      missed,
      interrupted,
      error: error?.message ?? null,
    }
    this.#all = this.#since === undefined ? rowOf(total) : this.#rowOf(this.#since.total)
    this.#own = { transactions, metrics }
    this.#thresholds = thresholds
    this.#soundness = generator
    this.#findings = findings
    this.note(error === undefined ? ENDINGS[state] : `The run broke off: ${error.message}`)
  }

  refused(message: string): void {
    this.#head = { ...this.#head, state: 'refused', error: message }
    this.note(message, 'warning')
  }

  note(text: string, kind: LogLine['kind'] = 'note'): void {
    this.#write({ kind, text })
    this.#changed()
  }

  #write(line: Omit<LogLine, 'at' | 'number'>): void {
    const numbered = { number: this.#lines++, at: this.#now(), ...line }
    this.#log.push(numbered)
    this.#untold.log.push(numbered)
    if (this.#log.length > MOST_LINES) this.#log.shift()
  }

  #noteRows(timeline: Timeline): void {
    const changed = new Set(timeline.latest.map(nameKey))
    const { requests, total } = this.#since ?? timeline
    for (const request of requests) {
      if (!changed.has(nameKey(request))) continue
      const { method, name, stats } = request
      const index = this.#seconds.indexOf(request)
      const row = { index, method, name, ...this.#rowOf(stats) }
      this.#rows.set(index, row)
      this.#untold.rows.set(index, row)
    }
    this.#all = this.#rowOf(total)
  }

  #rowOf(stats: RequestStats): Row {
    const { durationSeconds, countedFromSeconds } = this.#head
    return rowOf(overallFigures(stats, durationSeconds - countedFromSeconds))
  }

  /** Answers pairs of a failure's index and how many there were in that second. */
  #noteFailures(timeline: Timeline, second: number): number[] {
    const found = timeline.failures.groups.flatMap((group) => {
      const ever = failureRecord(group, timeline)
      const failure = this.#since?.failure(ever) ?? ever
      const count = failure.seconds.findLast(([other]) => other === second)?.[1]
      if (count === undefined) return []
      const index = this.#failureNumbers.of(failureKey(failure))
      return [{ index, count, failure }]
    })
    for (const { index, failure } of found) {
      const wire = encodeFailure(failure, index)
      this.#failures.set(index, wire)
      this.#untold.failures.set(index, wire)
      this.#examples.set(index, failure.example)
    }
    return found.flatMap(({ index, count }) => [index, count])
  }

  /** What is known of a failure when the run is over: what the service wrote, and those that were kept. */
  #settle(failure: FailureRecord, exemplars: RunRecord['exemplars']): void {
    const index = this.#failureNumbers.of(failureKey(failure))
    this.#examples.set(index, failure.example)
    const wire = this.#failures.get(index)
    if (wire === undefined) return
    const settled = { ...wire, kept: keptOf(exemplars, failure) }
    this.#failures.set(index, settled)
    this.#untold.failures.set(index, settled)
  }

  #noteMissed(missed: readonly ThresholdRecord[]): void {
    const known = new Set(this.#thresholds.map(({ expression }) => expression))
    this.#thresholds = missed
    for (const each of missed) {
      if (!known.has(each.expression)) this.#write({ kind: 'warning', text: `Missed: ${missedWords(each)}.` })
    }
  }

  #tick(from: number, { rows, failures, log }: Pick<Tick, 'rows' | 'failures' | 'log'>): string {
    const standing: Standing = {
      run: this.#head,
      rows,
      all: this.#all,
      failures,
      exceptions: this.#exceptions,
      ...this.#own,
      thresholds: this.#thresholds,
      soundness: this.#soundness,
      workers: this.#workers,
      findings: this.#findings,
      log,
    }
    return `${JSON.stringify(standing).slice(0, -1)},"seconds":${this.#seconds.from(from)}}`
  }
}

/** What was not told to those who listen; `seconds` is how many were. */
function nothingUntold(seconds: number) {
  return {
    seconds,
    rows: new Map<number, RowWire>(),
    failures: new Map<number, FailureWire>(),
    log: [] as LogLine[],
  }
}

const ENDINGS: Readonly<Record<RunEnd['state'], string>> = {
  completed: 'The run is over.',
  stopped: 'The run was stopped; all that was measured is here.',
  aborted: 'A missed threshold ended the run.',
  crashed: 'The run broke off.',
}

const NOTHING = {
  count: 0,
  failures: 0,
  medianMs: null,
  averageMs: null,
  minMs: null,
  maxMs: null,
  p90Ms: null,
  p95Ms: null,
  p99Ms: null,
  p999Ms: null,
  averageBytes: null,
  averageRequestBytes: null,
}

function headOf(id: string, plan: Plan, now: number): RunHead {
  return {
    id,
    runId: null,
    state: 'loading',
    startedAt: new Date(now).toISOString(),
    host: plan.host,
    scenario: basename(plan.scenario),
    seed: plan.seed,
    load: plan.load,
    durationSeconds: 0,
    users: [],
    steering: [],
    resets: [],
    countedFromSeconds: 0,
    scheduled: 0,
    missed: 0,
    interrupted: 0,
    error: null,
    command: commandLine(plan),
  }
}
