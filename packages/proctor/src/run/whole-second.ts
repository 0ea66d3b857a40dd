import type { GeneratorSecond, TimelineRequest, TimelineSecond, TimelineTotal } from './timeline-second.ts'

/** What a request is told by; one object for all seconds of a run. */
export interface RequestName {
  readonly method: string
  readonly name: string
}

type Figure = Exclude<keyof TimelineRequest, keyof RequestName>
const FIGURES: readonly Figure[] = ['count', 'failures', 'medianMs', 'p95Ms', 'p99Ms', 'averageBytes']

/**
 * A second that every worker has told. A run keeps one for as long as it lasts, with figures of each request name: they
 * are numbers in one row, a quarter of what as many objects take, and become objects when they are asked for.
 */
export class WholeSecond implements TimelineSecond {
  readonly second: number
  readonly elapsedMs: number
  readonly users: number
  readonly inFlight: number
  readonly total: TimelineTotal
  readonly generator: GeneratorSecond
  readonly #names: readonly RequestName[]
  /** `NaN` is `null`. */
  readonly #figures: Float64Array

  /** `nameOf` answers the same object whenever a request of that name is asked for. */
  constructor(second: TimelineSecond, nameOf: (request: RequestName) => RequestName) {
    this.second = second.second
    this.elapsedMs = second.elapsedMs
    this.users = second.users
    this.inFlight = second.inFlight
    this.total = second.total
    this.generator = second.generator
    this.#names = second.requests.map(nameOf)
    this.#figures = Float64Array.from(
      second.requests.flatMap((request) => FIGURES.map((figure) => request[figure] ?? Number.NaN)),
    )
  }

  get requests(): TimelineRequest[] {
    return this.#names.map(({ method, name }, row) => {
      const figures = FIGURES.map((figure, column) => [figure, this.#figure(row, column)])
      return { method, name, ...(Object.fromEntries(figures) as Pick<TimelineRequest, Figure>) }
    })
  }

  /** As an object like any other. */
  toJSON(): TimelineSecond {
    const { second, elapsedMs, users, inFlight, requests, total, generator } = this
    return { second, elapsedMs, users, inFlight, requests, total, generator }
  }

  #figure(row: number, column: number): number | null {
    const value = this.#figures[row * FIGURES.length + column]!
    return Number.isNaN(value) ? null : value
  }
}
