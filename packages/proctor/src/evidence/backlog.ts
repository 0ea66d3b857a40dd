import { isIP } from 'node:net'
import type { Exchange } from '../http/exchange.ts'
import type { Origin } from '../http/origin.ts'
import type { HttpResponse } from '../http/response.ts'
import { AnswerHeaders, type ToldHeader } from './answer-headers.ts'
import type { BodyPattern } from './body-pattern.ts'
import { type Cohort, MEASURES } from './cohort.ts'
import { FieldReader } from './fields.ts'
import { Doubles } from './spread.ts'
import { UserTimes } from './user-times.ts'

const ROOM = 128
/** Of bodies and paths together: past it the backlog is worked off early, since it keeps them from being collected. */
const HELD_CHARACTERS = 64 * 1024
/** Figures of a request: its measures, and behind them these. */
const [STARTED_AT, ENDED_AT, USER] = [MEASURES.length, MEASURES.length + 1, MEASURES.length + 2] as const
const WIDTH = MEASURES.length + 3
const USER_MEASURES = MEASURES.indexOf('idleMs')
const HEAD = MEASURES.indexOf('headBytes')

const NO_HEADERS: readonly ToldHeader[] = []

/** What is read of a request; `undefined` where there is nothing to be read. */
interface Texts {
  readonly cohort: Cohort
  readonly pattern: BodyPattern
  readonly body: string | undefined
  readonly path: string | undefined
  readonly address: string | undefined
  readonly given: Readonly<Record<string, string>> | undefined
  readonly answered: readonly ToldHeader[]
}

/**
 * Requests that have ended and are still to be counted. They are counted many at a stretch: each by itself would find neither
 * code nor counts in the processor's caches, which the kernel has used meanwhile, and would cost twice as much.
 */
export class Backlog {
  readonly #startsAt: number
  readonly #reader = new FieldReader()
  readonly #users = new UserTimes()
  readonly #headers = new AnswerHeaders()
  readonly #figures = new Doubles(ROOM * WIDTH)
  readonly #texts: (Texts | undefined)[] = Array.from({ length: ROOM })
  #size = 0
  #heldCharacters = 0
  #origin: Origin | undefined
  #isNamed = false
  /** The name that was looked at last, of which most requests ask again. */
  #name = ''
  #hasQuery = false

  /** `startsAt` is a reading of the clock: when the run's time begins. */
  constructor(startsAt: number) {
    this.#startsAt = startsAt
  }

  /** To be given with all requests of one name. */
  bodyPattern(): BodyPattern {
    return this.#reader.bodyPattern()
  }

  add(
    cohort: Cohort,
    pattern: BodyPattern,
    exchange: Exchange,
    response: HttpResponse | null,
    inFlight: number,
  ): void {
    this.#noteFigures(exchange, response, inFlight)
    const { body, connection } = exchange
    const given = exchange.options.headers
    const texts: Texts = {
      cohort,
      pattern,
      body: typeof body === 'string' && body !== '' ? body : undefined,
      path: this.#isNamedByPath(exchange) ? undefined : exchange.target,
      address: this.#hasAddress(exchange.origin) ? (connection?.remoteAddress ?? '') : undefined,
      // The scenario may use the same object for its next request.
      given: given === undefined ? undefined : { ...given },
      answered: response === null ? NO_HEADERS : this.#headers.read(response.head),
    }
    this.#texts[this.#size++] = texts
    this.#heldCharacters += (texts.body?.length ?? 0) + (texts.path?.length ?? 0)
    if (this.#size === ROOM || this.#heldCharacters > HELD_CHARACTERS) this.workOff()
  }

  /** Counts all in their cohorts. */
  workOff(): void {
    for (let request = 0; request < this.#size; request++) {
      this.#count(this.#texts[request]!, request * WIDTH)
      this.#texts[request] = undefined
    }
    this.#size = 0
    this.#heldCharacters = 0
  }

  #noteFigures(exchange: Exchange, response: HttpResponse | null, inFlight: number): void {
    const { startedAt, endedAt, connection } = exchange
    const figures = this.#figures.values
    const from = this.#size * WIDTH
    figures[from] = exchange.requestBytes
    figures[from + 1] = response === null ? 0 : response.bodyBytes
    figures[from + 2] = endedAt - startedAt
    figures[from + 3] = inFlight
    figures[from + 4] = exchange.use
    figures[from + 5] = connection === undefined ? 0 : endedAt - connection.openingAt
    figures[from + HEAD] = exchange.head.length
    figures[from + STARTED_AT] = startedAt
    figures[from + ENDED_AT] = endedAt
    figures[from + USER] = exchange.user
  }

  #count({ cohort, pattern, body, path, address, given, answered }: Texts, from: number): void {
    const reader = this.#reader
    const figures = this.#figures.values
    const startedAt = figures[from + STARTED_AT]!
    const user = figures[from + USER]! | 0
    this.#users.measure(user, startedAt, figures[from + ENDED_AT]!, figures, from + USER_MEASURES)
    cohort.add(((startedAt - this.#startsAt) * 10) | 0, user, this.#figures, from)
    if (body !== undefined) reader.readBody(body, pattern, cohort)
    if (path !== undefined) reader.readPath(path, cohort)
    if (address !== undefined) reader.readContext('instance', 'address', address, cohort)
    if (given !== undefined) reader.readHeaders(given, cohort)
    for (const { name, value } of answered) reader.readContext('instance', name, value, cohort)
  }

  /** Whether the origin has a name, behind which there may be several addresses. */
  #hasAddress(origin: Origin): boolean {
    if (origin !== this.#origin) {
      this.#origin = origin
      this.#isNamed = isIP(origin.host) === 0
    }
    return this.#isNamed
  }

  /** Whether its name says all that its path does, base and query included. */
  #isNamedByPath({ name, target, origin: { basePath } }: Exchange): boolean {
    if (name !== this.#name) {
      this.#name = name
      this.#hasQuery = name.includes('?')
    }
    if (this.#hasQuery) return false
    if (basePath === '') return target === name
    return target.length === basePath.length + name.length && target.endsWith(name)
  }
}
