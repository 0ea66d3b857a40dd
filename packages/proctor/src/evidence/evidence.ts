import type { Exchange } from '../http/exchange.ts'
import type { HttpResponse } from '../http/response.ts'
import { Backlog } from './backlog.ts'
import type { BodyPattern } from './body-pattern.ts'
import { Cohort, type CohortName, type CohortWire } from './cohort.ts'
import { type Exemplar, KEPT, Least } from './exemplar.ts'
import { failureExample } from './failure.ts'
import { PassRuns } from './pass-runs.ts'
import { LastAnswers } from './turns.ts'

/** Past these, what is new is in no cohort; its figures are counted as ever. */
const MAX_NAMES = 64
const MAX_SIGNATURES = 200
/** How many values of each field are followed: of requests that passed, and of those that failed or were slow. */
const MOST_VALUES = 8_192
const FEWER_VALUES = 1_024
/** Kept bodies of one second; past it they are cut short. */
const KEPT_BYTES_A_SECOND = 2 * 1024 * 1024
const WHOLE_BODY_BYTES = 64 * 1024
const CUT_BODY_BYTES = 1024
/** How much longer than usual a request has to take to be slow. */
const SLOW_TIMES = 5
const SLOW_MS = 10

/** What one worker keeps of its requests to say later why some failed: cohorts to contrast, and a few of them whole. */
export class Evidence {
  readonly #names: NameEvidence[] = []
  readonly #backlog: Backlog
  readonly #runs = new PassRuns()
  readonly #last = new LastAnswers('ofUser')
  readonly #startsAt: number
  #random: number
  #keptBytes = 0
  #signatures = 0

  /** `startsAt` is a reading of the clock: when the run's time begins. The seed chooses what is kept. */
  constructor(seed: number, startsAt: number) {
    this.#random = (Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b) | 1
    this.#startsAt = startsAt
    this.#backlog = new Backlog(startsAt)
  }

  /** `undefined` where there are too many names. */
  ofName(method: string, name: string): NameEvidence | undefined {
    if (this.#names.length >= MAX_NAMES) return undefined
    const evidence = new NameEvidence(method, name, this.#backlog.bodyPattern())
    this.#names.push(evidence)
    return evidence
  }

  passed(of: NameEvidence, exchange: Exchange, response: HttpResponse, inFlight: number): void {
    const isSlow = exchange.endedAt - exchange.startedAt > of.slowMs
    this.#note(isSlow ? of.slow : of.passed, exchange, response, inFlight)
    of.runs.passed(exchange.user, exchange.startedAt)
    this.#runs.passed(exchange.user, exchange.startedAt)
    const openingAt = openingOf(exchange)
    of.last.passed(exchange.user, openingAt)
    this.#last.passed(exchange.user, openingAt)
  }

  failed(
    of: NameEvidence,
    signature: string,
    exchange: Exchange,
    response: HttpResponse | null,
    inFlight: number,
  ): void {
    const { user, startedAt } = exchange
    const [ofName, ofUser] = [of.runs.failed(user), this.#runs.failed(user)]
    const cohort = of.failedWith(signature, () => this.#signatures++ < MAX_SIGNATURES)
    for (const last of [of.last, this.#last]) {
      if (cohort === undefined || response === null) last.lost(user)
      else last.failed(user, openingOf(exchange), cohort.cohort.turns)
    }
    if (cohort === undefined) return
    this.#note(cohort, exchange, response, inFlight)
    cohort.cohort.noteId(exchange.head)
    cohort.cohort.runs.add(ofName, ofUser, startedAt - this.#runs.beganAt(user))
  }

  /** Takes out all that was kept since the last time. */
  take(): CohortWire[] {
    this.#backlog.workOff()
    this.#keptBytes = 0
    return this.#names
      .flatMap((name) => name.cohorts.filter(({ cohort }) => cohort.count > 0))
      .map(({ cohort }) => cohort.drain())
  }

  #note(kept: KeptCohort, exchange: Exchange, response: HttpResponse | null, inFlight: number): void {
    this.#backlog.add(kept.cohort, kept.pattern, exchange, response, inFlight)
    if (kept.byChance.takes(this.#nextRandom())) this.#keep(kept, 'by chance', exchange, response, inFlight)
    if (kept.slowest.takes(exchange.startedAt - exchange.endedAt))
      this.#keep(kept, 'slowest', exchange, response, inFlight)
  }

  #keep(
    { cohort }: KeptCohort,
    chosen: Exemplar['chosen'],
    exchange: Exchange,
    response: HttpResponse | null,
    inFlight: number,
  ): void {
    const { startedAt, endedAt, connection, use, user } = exchange
    const isCut = this.#keptBytes > KEPT_BYTES_A_SECOND
    const example = failureExample(exchange, response, isCut ? CUT_BODY_BYTES : WHOLE_BODY_BYTES)
    this.#keptBytes += example.request.body.length + (example.response?.body.length ?? 0)
    const path =
      connection === undefined
        ? null
        : { ageMs: endedAt - connection.openingAt, use, remoteAddress: connection.remoteAddress ?? null }
    cohort.keep({
      ...example,
      chosen,
      priority: this.#random >>> 0,
      durationMs: endedAt - startedAt,
      elapsedMs: startedAt - this.#startsAt,
      user,
      connection: path,
      inFlight,
    })
  }

  /** Xorshift of 32 bits (Marsaglia, 2003). */
  #nextRandom(): number {
    let next = this.#random
    next ^= next << 13
    next ^= next >>> 17
    next ^= next << 5
    this.#random = next
    return next >>> 0
  }
}

interface KeptCohort {
  readonly pattern: BodyPattern
  readonly cohort: Cohort
  readonly byChance: Least
  readonly slowest: Least
}

/** The cohorts of one name. */
export class NameEvidence {
  readonly #method: string
  readonly #name: string
  readonly #pattern: BodyPattern
  readonly #failed = new Map<string, KeptCohort>()
  readonly runs = new PassRuns()
  readonly last = new LastAnswers('ofName')
  readonly passed: KeptCohort
  readonly slow: KeptCohort
  readonly cohorts: KeptCohort[]
  /** What takes longer is slow; nothing is, until it is known how long is usual. */
  slowMs = Infinity

  constructor(method: string, name: string, pattern: BodyPattern) {
    this.#method = method
    this.#name = name
    this.#pattern = pattern
    this.passed = this.#cohort({ method, name, outcome: 'passed', signature: null })
    this.slow = this.#cohort({ method, name, outcome: 'slow', signature: null })
    this.cohorts = [this.passed, this.slow]
  }

  /** `undefined` where it would be a new one, and there are too many. */
  failedWith(signature: string, mayBegin: () => boolean): KeptCohort | undefined {
    const known = this.#failed.get(signature)
    if (known !== undefined || !mayBegin()) return known
    const cohort = this.#cohort({ method: this.#method, name: this.#name, outcome: 'failed', signature })
    this.#failed.set(signature, cohort)
    this.cohorts.push(cohort)
    return cohort
  }

  /** How long requests of this name took in the second gone by: the middle one. */
  usual(medianMs: number | null): void {
    if (medianMs === null) return
    const slowMs = Math.max(SLOW_TIMES * medianMs, medianMs + SLOW_MS)
    this.slowMs = this.slowMs === Infinity ? slowMs : (3 * this.slowMs + slowMs) / 4
  }

  #cohort(name: CohortName): KeptCohort {
    const capacity = name.outcome === 'passed' ? MOST_VALUES : FEWER_VALUES
    return {
      pattern: this.#pattern,
      cohort: new Cohort(name, capacity),
      byChance: new Least(KEPT['by chance']),
      slowest: new Least(KEPT.slowest),
    }
  }
}

function openingOf({ connection }: Exchange): number {
  return connection === undefined ? Number.NaN : connection.openingAt
}
