import { inspect } from 'node:util'
import type { Clock } from '../clock/clock.ts'
import type { Evidence, NameEvidence } from '../evidence/evidence.ts'
import { type Failure, failureExample, signatureOfAnswer, signatureOfError } from '../evidence/failure.ts'
import { Redaction } from '../evidence/redaction.ts'
import { ServerTimings } from '../evidence/server-timings.ts'
import { Tally } from '../evidence/tally.ts'
import type { Exchange, ExchangeObserver } from '../http/exchange.ts'
import { hasPhases, phasesOf } from '../http/phases.ts'
import { failedCheck, isFailingStatus } from '../http/judging.ts'
import type { HttpResponse } from '../http/response.ts'
import type { TransportError, TransportErrorCode } from '../http/transport-error.ts'
import { Histogram } from '../stats/histogram.ts'
import { RequestStats } from '../stats/request-stats.ts'
import { Flight } from './flight.ts'
import { takeMetrics } from '../scenario/metric.ts'
import { type OpenTransaction, OpenTransactions } from './transactions.ts'
import { type Counts, noCounts, type RequestInterval, type Snapshot, type TaskException } from './snapshot.ts'

/** Past these, what is new is counted under one name for all the rest: memory stays bounded. */
const MAX_NAMES = 1_000
const MAX_SIGNATURES = 200
/** In a run; each is told once. */
const MAX_EXAMPLES = 500
/** The method of what the scenario times by itself. */
const MEASURE = 'measure'
const OTHER_NAMES = '(other names: give the request a name)'

/** A recorder's part of a snapshot. */
type Recorded = Pick<
  Snapshot,
  | 'inFlight'
  | 'flight'
  | 'requests'
  | 'transactions'
  | 'metrics'
  | 'failures'
  | 'evidence'
  | 'serverTimings'
  | 'exceptions'
  | 'counts'
  | 'slip'
>

interface NamedStats {
  readonly method: string
  readonly name: string
  readonly stats: RequestStats
  readonly evidence: NameEvidence | undefined
}

/** What the scenario times by itself, under way. */
export interface Measured {
  readonly startedAt: number
}

/** Counts all that happens in one worker; once a second its counts are taken out. */
export class Recorder implements ExchangeObserver {
  readonly #clock: Clock
  readonly #evidence: Evidence | undefined
  readonly #redaction: Redaction
  readonly #serverTimings = new ServerTimings()
  readonly #byMethod = new Map<string, Map<string, NamedStats>>()
  readonly #named: NamedStats[] = []
  readonly #failures = new Tally<Failure>(MAX_SIGNATURES, {
    method: '',
    name: '',
    signature: 'other failures',
    example: null,
  })
  /** Failures whose example was told. */
  readonly #exemplified = new Set<string>()
  readonly #exceptions = new Tally<TaskException>(MAX_SIGNATURES, {
    user: '',
    task: '',
    message: 'other exceptions',
    stack: '',
  })
  readonly #slip = new Histogram()
  #counts = noCounts()
  /** Those of the scenario's under way. */
  readonly transactions = new OpenTransactions()
  readonly #transactions = new Map<string, RequestStats>()
  readonly #measuring = new Set<Measured>()
  #spunMs = 0
  readonly #flight = new Flight()
  #answered = 0
  #unanswered = 0
  #firstError: TransportError | undefined

  /** Without `evidence` nothing but figures and one example of each failure is kept. */
  constructor(clock: Clock, evidence?: Evidence, redaction = new Redaction()) {
    this.#clock = clock
    this.#evidence = evidence
    this.#redaction = redaction
  }

  get inFlight(): number {
    return this.#flight.inFlight
  }

  /** How many requests have ended since the start, whatever became of them. */
  get ended(): number {
    return this.#answered + this.#unanswered
  }

  /** How many of them by an answer. */
  get answers(): number {
    return this.#answered
  }

  /** The first reason why a request got no answer. */
  get firstError(): TransportError | undefined {
    return this.#firstError
  }

  started({ startedAt }: Exchange): void {
    this.#flight.started(startedAt)
    this.#counts.scheduled += 1
  }

  /** An arrival that was due and never began: the one request it would at least have made. */
  missed(): void {
    this.#counts.scheduled += 1
    this.#counts.missed += 1
  }

  /** How late an arrival was admitted. */
  slipped(lateMs: number): void {
    this.#slip.record(lateMs)
  }

  /** A turn of the event loop went by in which nothing was done but to wait for the next arrival. */
  spun(ms: number): void {
    this.#spunMs += ms
  }

  /** How long was waited so since this was asked last. */
  takeSpunMs(): number {
    const spunMs = this.#spunMs
    this.#spunMs = 0
    return spunMs
  }

  answered(exchange: Exchange, response: HttpResponse): void {
    this.#flight.ended(exchange)
    this.#answered += 1
    const { stats, evidence, name } = this.#statsOf(exchange.method, exchange.name)
    stats.responseBytes += response.bodyBytes
    stats.requestBytes += exchange.requestBytes
    const reason = isFailingStatus(response.status, exchange.judging)
      ? signatureOfAnswer(response)
      : failedCheck(response, exchange.judging)
    stats.record(exchange, reason === undefined)
    if (response.wireBytes !== response.bodyBytes) stats.savedBytes += response.bodyBytes - response.wireBytes
    if (hasPhases(exchange)) this.#notePhases(exchange, stats)
    this.#serverTimings.read(exchange.method, name, response.head)
    if (reason !== undefined) this.#noteFailure(exchange, reason, response)
    else if (evidence !== undefined) this.#evidence!.passed(evidence, exchange, response, this.inFlight)
  }

  failed(exchange: Exchange, error: TransportError): void {
    this.#unanswered += 1
    if (error.code === 'interrupted') {
      this.#flight.interrupted(exchange)
      this.#counts.interrupted += 1
      return
    }
    this.#flight.ended(exchange)
    const count = COUNT_OF_ERROR[error.code]
    if (count !== undefined) this.#counts[count] += 1
    this.#firstError ??= error
    const { stats } = this.#statsOf(exchange.method, exchange.name)
    stats.requestBytes += exchange.requestBytes
    stats.record(exchange, false)
    if (hasPhases(exchange)) this.#notePhases(exchange, stats)
    this.#noteFailure(exchange, signatureOfError(error), null)
  }

  /** Something that the scenario times by itself begins: it counts as a request does. */
  measuring(startedAt: number): Measured {
    const measured = { startedAt }
    this.#flight.started(startedAt)
    this.#counts.scheduled += 1
    this.#measuring.add(measured)
    return measured
  }

  /** It has ended; `reason` says why it failed. */
  measured(measured: Measured, name: string, endedAt: number, reason: string | undefined): void {
    // What ends behind the run's end was interrupted by it.
    if (!this.#measuring.delete(measured)) return
    const times = { ...measured, endedAt, dueAt: Number.NaN }
    this.#flight.ended(times)
    this.#answered += 1
    const { stats, name: known } = this.#statsOf(MEASURE, name)
    stats.record(times, reason === undefined)
    if (reason === undefined) return
    this.#failures.add(`${MEASURE} ${known} ${reason}`, this.#wallNow(), () => {
      return { method: MEASURE, name: known, signature: reason, example: null }
    })
  }

  /** The run is over for what the scenario still times. */
  interruptMeasuring(endedAt: number): void {
    for (const measured of this.#measuring) this.measuringInterrupted(measured, endedAt)
  }

  /** It has ended because the run was over. */
  measuringInterrupted(measured: Measured, endedAt: number): void {
    if (!this.#measuring.delete(measured)) return
    this.#flight.interrupted({ ...measured, endedAt })
    this.#counts.interrupted += 1
  }

  /** A group of requests as one: beside the requests, in none of their sums. */
  transacted(name: string, { startedAt, hasFailed }: OpenTransaction, endedAt: number): void {
    let stats = this.#transactions.get(name)
    if (stats === undefined) {
      const isFull = this.#transactions.size >= MAX_NAMES && name !== OTHER_NAMES
      if (isFull) return this.transacted(OTHER_NAMES, { user: 0, startedAt, hasFailed }, endedAt)
      this.#transactions.set(name, (stats = new RequestStats()))
    }
    stats.record({ startedAt, endedAt, dueAt: Number.NaN }, !hasFailed)
  }

  /** An error of the scenario's own code. */
  exception(user: string, task: string, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(inspect(thrown, { breakLength: Infinity }))
    const message = `${error.name}: ${error.message}`
    this.#exceptions.add(`${user} ${task} ${message}`, this.#wallNow(), () => {
      return { user, task, message, stack: error.stack ?? message }
    })
  }

  /** Takes out all that was counted since the last time. */
  take(): Recorded {
    const recorded = {
      inFlight: this.inFlight,
      flight: this.#flight.take(this.#clock.now()),
      requests: this.#takeRequests(),
      transactions: this.#takeTransactions(),
      metrics: takeMetrics(this.#wallNow()),
      failures: this.#failures.drain(),
      evidence: this.#evidence?.take() ?? [],
      serverTimings: this.#serverTimings.drain(),
      exceptions: this.#exceptions.drain(),
      counts: this.#counts,
      slip: this.#slip.toWire(),
    }
    this.#counts = noCounts()
    this.#slip.clear()
    return recorded
  }

  #takeTransactions(): RequestInterval[] {
    const taken = [...this.#transactions].filter(([, { count }]) => count > 0)
    return taken.map(([name, stats]) => {
      const interval = { method: '', name, stats: stats.toWire() }
      stats.clear()
      return interval
    })
  }

  #takeRequests(): RequestInterval[] {
    const taken: RequestInterval[] = []
    for (const { method, name, stats, evidence } of this.#named) {
      if (stats.count === 0) continue
      evidence?.usual(stats.succeeded.percentileMs(0.5))
      taken.push({ method, name, stats: stats.toWire() })
      stats.clear()
    }
    return taken
  }

  #notePhases(exchange: Exchange, stats: RequestStats): void {
    stats.phases.record(phasesOf(exchange))
    const isResumed = exchange.use === 1 ? exchange.connection?.isResumed : undefined
    if (isResumed === undefined) return
    this.#counts.tlsHandshakes += 1
    if (isResumed) this.#counts.tlsResumed += 1
  }

  #noteFailure(exchange: Exchange, signature: string, response: HttpResponse | null): void {
    this.transactions.noteFailure(exchange.user)
    const { method } = exchange
    const { name, evidence } = this.#statsOf(method, exchange.name)
    if (evidence !== undefined) this.#evidence!.failed(evidence, signature, exchange, response, this.inFlight)
    const key = `${method} ${name} ${signature}`
    this.#failures.add(key, this.#wallNow(), () => {
      const isTold = this.#exemplified.has(key) || this.#exemplified.size >= MAX_EXAMPLES
      if (!isTold) this.#exemplified.add(key)
      return { method, name, signature, example: isTold ? null : failureExample(exchange, response) }
    })
  }

  #statsOf(method: string, name: string): NamedStats {
    return this.#known(method, name) ?? this.#ofShown(method, this.#redaction.name(name))
  }

  #known(method: string, name: string): NamedStats | undefined {
    return this.#byMethod.get(method)?.get(name)
  }

  /** Names that differ in a secret only are one. */
  #ofShown(method: string, name: string): NamedStats {
    const known = this.#known(method, name)
    if (known !== undefined) return known
    if (this.#named.length >= MAX_NAMES && name !== OTHER_NAMES) return this.#ofShown(method, OTHER_NAMES)
    const named = { method, name, stats: new RequestStats(), evidence: this.#evidence?.ofName(method, name) }
    const byName = this.#byMethod.get(method) ?? new Map<string, NamedStats>()
    this.#byMethod.set(method, byName.set(name, named))
    this.#named.push(named)
    return named
  }

  #wallNow(): number {
    return this.#clock.wallTime(this.#clock.now())
  }
}

const COUNT_OF_ERROR: Partial<Record<TransportErrorCode, keyof Counts>> = {
  'timed-out': 'timedOut',
  'ports-exhausted': 'outOfPorts',
  'files-exhausted': 'outOfFiles',
}
