import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../clock/clock.ts'
import type { Plan } from '../engine/plan.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import type { FromWorker, ToWorker, UserSummary, WorkerData } from './protocol.ts'
import { type RunRecord, runRecord } from './record.ts'
import type { ThresholdRecord } from './threshold-record.ts'
import { ThresholdWatch } from './threshold-watch.ts'
import { Timeline } from './timeline.ts'

/** What a run tells while it goes on. */
export interface RunListener {
  /** The scenario is loaded and the load begins. */
  started?(users: readonly UserSummary[]): void
  /** Another second is in the timeline; `missed` are the thresholds missed as things stand. */
  second?(timeline: Timeline, missed: readonly ThresholdRecord[]): void
  /** A threshold was missed that ends the run; what is under way is waited for. */
  aborting?(missed: ThresholdRecord): void
  /** Nothing was answered soon after the start; told once. */
  noAnswer?(waiting: number, reason: string | undefined): void
  /** The scenario's own code wrote to standard output or error. */
  output?(text: string): void
}

/** How a run ended, and all that it measured until then. */
export interface RunEnd {
  readonly state: 'completed' | 'stopped' | 'aborted' | 'crashed'
  /** Why it crashed, or, when it was stopped, had to be cut off. */
  readonly error: Error | undefined
  readonly record: RunRecord
}

/** A load that has not ended this long after it had to is ended. */
const GRACE_MS = 2_000
/** What the scenario left open, such as a timer, holds its thread no longer than this. */
const LEFTOVERS_MS = 200

/** One whole run: a plan goes in, snapshots come from the worker, a record comes out. */
export class Run {
  readonly #plan: Plan
  readonly #clock: Clock
  readonly #listener: RunListener
  readonly #timeline = new Timeline()
  readonly #runId = randomUUID()
  readonly #ended = Promise.withResolvers<Error | undefined>()
  readonly #ready = Promise.withResolvers<readonly UserSummary[]>()
  readonly #exited = Promise.withResolvers<void>()
  readonly #worker: Worker
  #thresholds: ThresholdWatch
  #state: 'loading' | 'running' | 'stopped' | 'aborted' = 'loading'
  #stoppedAt = Infinity
  #cancelDeadline: () => void = () => {}

  /** Loads the scenario at once; the load begins with `start`. */
  constructor(plan: Plan, clock: Clock, listener: RunListener = {}) {
    this.#plan = plan
    this.#clock = clock
    this.#listener = listener
    this.#thresholds = new ThresholdWatch(plan.thresholds ?? [])
    const data: WorkerData = { plan }
    this.#worker = new Worker(new URL('worker-thread.ts', import.meta.url), {
      workerData: data,
      stdout: true,
      stderr: true,
    })
    this.#listen()
  }

  /**
   * Resolves when the last request has ended. Throws a `ScenarioError` when the scenario cannot be run;
   * any other trouble is told in the end's `error`, with all that was measured before.
   */
  async start(): Promise<RunEnd> {
    const users = await this.#ready.promise
    const startedAt = this.#clock.now()
    const cpuBefore = process.cpuUsage()
    if (this.#state === 'loading') this.#begin(users)
    const error = await this.#ended.promise
    const cpu = process.cpuUsage(cpuBefore)
    const endedAt = this.#clock.now()
    const loadEndedAt = Math.min(
      endedAt,
      this.#stoppedAt,
      startedAt + (this.#plan.load.durationMs ?? Infinity),
    )
    const facts = {
      runId: this.#runId,
      plan: this.#plan,
      startedAt: this.#clock.wallTime(startedAt),
      durationMs: loadEndedAt - startedAt,
      drainMs: endedAt - loadEndedAt,
      cpuMicroseconds: cpu.user + cpu.system,
    }
    await this.#letGo()
    const thresholds = this.#thresholds.end(this.#timeline, facts.durationMs / 1000)
    return { state: this.#endState(error), error, record: runRecord(facts, this.#timeline, thresholds) }
  }

  /** Ends the run politely: requests under way are waited for, up to the stop timeout. */
  stop(): void {
    this.#end('stopped')
  }

  #end(state: 'stopped' | 'aborted'): void {
    const before = this.#state
    this.#state = state
    this.#stoppedAt = Math.min(this.#stoppedAt, this.#clock.now())
    if (before === 'loading') this.#endUnbegun()
    if (before !== 'running') return
    this.#tell({ type: 'stop' })
    this.#mustEndWithin(this.#plan.stopTimeoutMs)
  }

  #begin(users: readonly UserSummary[]): void {
    this.#state = 'running'
    this.#listener.started?.(users)
    this.#tell({ type: 'start' })
    const { durationMs } = this.#plan.load
    if (durationMs !== null) this.#mustEndWithin(durationMs + this.#plan.stopTimeoutMs)
  }

  #endUnbegun(): void {
    this.#ready.resolve([])
    this.#ended.resolve(undefined)
  }

  #endState(error: Error | undefined): RunEnd['state'] {
    if (this.#state === 'stopped') return 'stopped'
    if (error !== undefined) return 'crashed'
    return this.#state === 'aborted' ? 'aborted' : 'completed'
  }

  #mustEndWithin(ms: number): void {
    this.#cancelDeadline()
    this.#cancelDeadline = this.#clock.after(ms + GRACE_MS, () => {
      this.#fail(
        new Error(
          'the users did not stop in time: does a task block the event loop, as while (true) {} does?',
        ),
      )
    })
  }

  async #letGo(): Promise<void> {
    this.#cancelDeadline()
    const cancel = this.#clock.after(LEFTOVERS_MS, () => void this.#worker.terminate())
    await this.#exited.promise
    cancel()
  }

  #listen(): void {
    const worker = this.#worker
    worker.on('message', (message: FromWorker) => this.#receive(message))
    worker.on('error', (error: Error) => this.#fail(error))
    worker.on('exit', (code) => this.#workerExited(code))
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#listener.output?.(text))
    }
  }

  #workerExited(code: number): void {
    this.#exited.resolve()
    const why =
      code === 0 ? 'it waits for what never comes, or called process.exit' : `it called process.exit(${code})`
    this.#ready.reject(new ScenarioError(`expected it to load; ${why}`, this.#plan.scenario))
    this.#ended.resolve(new Error(`the scenario ended its process (exit code ${code})`))
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#thresholds = new ThresholdWatch([...message.thresholds, ...(this.#plan.thresholds ?? [])])
        return this.#ready.resolve(message.users)
      case 'refused':
        return this.#fail(new ScenarioError(message.message, message.place))
      case 'snapshot':
        this.#timeline.add(message.snapshot)
        return this.#secondEnded()
      case 'no-answer':
        return this.#listener.noAnswer?.(message.waiting, message.reason)
      case 'finished':
        return this.#ended.resolve(undefined)
    }
  }

  #secondEnded(): void {
    const left = this.#loadLeftMs()
    if (left !== undefined) this.#thresholds.second(this.#timeline, left > 0)
    this.#listener.second?.(this.#timeline, this.#thresholds.missed)
    const { ending } = this.#thresholds
    if (ending === undefined || this.#state !== 'running') return
    this.#listener.aborting?.(ending)
    this.#end('aborted')
  }

  /**
   * How long the load goes on behind the newest second; `undefined` where that is no whole second of the load. While
   * what is under way is waited for, nothing new is asked: no window may reach into that.
   */
  #loadLeftMs(): number | undefined {
    const { second, elapsedMs } = this.#timeline.seconds.at(-1)!
    const endsAt = (second + 1) * 1000
    const left = (this.#plan.load.durationMs ?? Infinity) - endsAt
    return this.#state === 'running' && endsAt <= elapsedMs && left >= 0 ? left : undefined
  }

  /** Of several troubles the first is told: promises settle once. */
  #fail(error: Error): void {
    this.#ready.reject(error)
    this.#ended.resolve(error)
    void this.#worker.terminate()
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}
