import { signal } from '@preact/signals'
import type { FailureWire, LogLine, Row, RowWire, RunHead, SecondWire, Tick } from 'proctor/wire'
import { Columns, NamedSeconds, type ReadName } from './columns.ts'

export interface SecondFacts {
  /** Seconds since the start, at its end. */
  readonly at: number
  readonly users: number
  readonly inFlight: number
  /** Pairs of a latency bucket and its count. */
  readonly latencies: readonly number[]
}

export type Standing = Pick<
  Tick,
  'exceptions' | 'transactions' | 'metrics' | 'thresholds' | 'soundness' | 'workers' | 'findings'
>

const NOTHING: Standing = {
  exceptions: [],
  transactions: [],
  metrics: [],
  thresholds: [],
  soundness: null,
  workers: [],
  findings: [],
}

/**
 * A run as the page knows it, fed by ticks: all of it that grows lies in plain arrays, and one signal says that there is
 * something new.
 */
export class RunStore {
  /** Counts up with every tick. */
  readonly version = signal(0)
  readonly head = signal<RunHead | undefined>(undefined)
  readonly seconds: SecondFacts[] = []
  readonly all = new Columns()
  readonly #named: NamedSeconds
  readonly rows = new Map<number, RowWire>()
  total: Row | undefined
  readonly failures = new Map<number, FailureWire>()
  /** For each failure, pairs of a second's place and a count. */
  readonly failureSeconds = new Map<number, [number, number][]>()
  readonly log: LogLine[] = []
  standing: Standing = NOTHING
  #lastSecond = -1

  constructor(readName: ReadName) {
    this.#named = new NamedSeconds(readName)
  }

  apply(tick: Tick): void {
    const before = this.head.peek()
    if (tick.run.id !== before?.id) this.#clear()
    if (tick.run.countedFromSeconds !== before?.countedFromSeconds) this.#forgetCounts()
    for (const row of tick.rows) this.rows.set(row.index, row)
    for (const failure of tick.failures) this.failures.set(failure.index, failure)
    for (const second of tick.seconds) this.#addSecond(second)
    for (const line of tick.log) if (line.number > (this.log.at(-1)?.number ?? -1)) this.log.push(line)
    this.total = tick.all
    this.standing = tick
    this.head.value = tick.run
    this.version.value++
  }

  /** The latest second that was whole: what the load is doing now. */
  get now(): number {
    return this.seconds.length - 1
  }

  /** Of one name, or of all; `undefined` while they are read. */
  columnsOf(name: number | undefined): Columns | undefined {
    if (name === undefined) return this.all
    const row = this.rows.get(name)
    return row && this.#named.columnsOf(name, `${row.method} ${row.name}`, () => this.version.value++)
  }

  /** By method and name. */
  indexOf(key: string | undefined): number | undefined {
    if (key === undefined) return undefined
    return [...this.rows.values()].find(({ method, name }) => `${method} ${name}` === key)?.index
  }

  /** A figure of the newest second, of one name or of all. */
  newest(name: number | undefined, field: number): number {
    return name === undefined ? this.all.get(field, this.now) : (this.#named.newest(name)?.[field] ?? 0)
  }

  /** Over how long the counts are. */
  get countedSeconds(): number {
    const { durationSeconds = 0, countedFromSeconds = 0 } = this.head.value ?? {}
    return durationSeconds - countedFromSeconds
  }

  /** Whether there is more to come. */
  get isOn(): boolean {
    const state = this.head.value?.state
    return state === 'loading' || state === 'running' || state === 'stopping'
  }

  #addSecond({ s, t, u, f, a, r, h, x }: SecondWire): void {
    if (s <= this.#lastSecond) return
    this.#lastSecond = s
    const index = this.seconds.length
    this.seconds.push({ at: t / 1000, users: u, inFlight: f, latencies: h })
    this.all.set(index, a)
    this.#named.push(r)
    for (let i = 0; i < x.length; i += 2) this.#failed(x[i]!, index, x[i + 1]!)
  }

  #failed(failure: number, index: number, count: number): void {
    const seconds = this.failureSeconds.get(failure) ?? []
    seconds.push([index, count])
    this.failureSeconds.set(failure, seconds)
  }

  #forgetCounts(): void {
    this.rows.clear()
    this.failures.clear()
    this.total = undefined
  }

  #clear(): void {
    this.seconds.length = 0
    this.log.length = 0
    this.failureSeconds.clear()
    this.#named.clear()
    this.#forgetCounts()
    this.standing = NOTHING
    this.#lastSecond = -1
    this.all.clear()
  }
}
