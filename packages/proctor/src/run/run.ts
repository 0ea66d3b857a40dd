import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import { tasksLeft } from '../engine/iterations.ts'
import { type Load, mostAtWork, type Plan } from '../engine/plan.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { ScenarioError } from '../scenario/scenario-error.ts'
import { askedAt, askedLoad } from './asked-load.ts'
import { loadLeftMs, thinks, thresholdsOf } from './judging.ts'
import { littlesLaw } from './littles-law.ts'
import type { FromWorker, ScenarioSummary, ToWorker } from './protocol.ts'
import { type RunRecord, runRecord, type Steering } from './record.ts'
import { type Soundness, SoundnessWatch } from './soundness.ts'
import type { ThresholdRecord } from './threshold-record.ts'
import { ThresholdWatch } from './threshold-watch.ts'
import { Timeline } from './timeline.ts'
import { WorkerHandle } from './worker-handle.ts'

/** What a run tells while it goes on. */
export interface RunListener {
  /** The scenario is loaded and the load begins. */
  started?(scenario: ScenarioSummary, load: Load, begun: RunBegun): void
  /** A worker has told one of its seconds; the timeline has it when all have. */
  told?(snapshot: Snapshot, worker: number): void
  /** Another second is in the timeline; the thresholds missed and the generator's soundness are as things stand. */
  second?(timeline: Timeline, missed: readonly ThresholdRecord[], soundness: Soundness): void
  /** A threshold was missed that ends the run; what is under way is waited for. */
  aborting?(missed: ThresholdRecord): void
  /** A task has ended the run, which cannot go on. */
  abandoned?(reason: string): void
  /** The load was changed while it runs, from so long after its start on. */
  steered?(target: number, elapsedMs: number): void
  /** Somebody who watches wants figures from here on; the run goes on, and its record stays whole. */
  reset?(elapsedMs: number): void
  /** Nothing was answered soon after the start; told once. */
  noAnswer?(waiting: number, reason: string | undefined): void
  /** A worker has told nothing for so many seconds; told each second until it does, or the run ends. */
  silent?(seconds: number): void
  /** The scenario's own code wrote to standard output or error. */
  output?(text: string): void
}

/** A run as it begins. With all that its workers tell, its record can be made again: see `replay`. */
export interface RunBegun {
  readonly runId: string
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  /** Its load is the one that is run, be it the flags' or the scenario's. */
  readonly plan: Plan
  readonly scenario: ScenarioSummary
}

export type EndState = 'completed' | 'stopped' | 'aborted' | 'crashed'

/** How a run ended, and all that it measured until then. */
export interface RunEnd {
  readonly state: EndState
  /** Why it crashed, or, when it was stopped, had to be cut off. */
  readonly error: Error | undefined
  readonly record: RunRecord
}

/** How a load is changed by hand; users are started and stopped at the spawn rate that stands, unless one is given. */
export type Change =
  | { readonly by: number; readonly to?: never; readonly spawnRate?: never }
  | { readonly to: number; readonly by?: never; readonly spawnRate?: number | undefined }

/** A load that has not ended this long after it had to is ended. */
const GRACE_MS = 2_000
/** A second is told as it ends; a worker that is later than this is silent. */
const SILENT_SECONDS = 3
/** From telling the workers to the change itself: all of them have heard of it by then. */
const STEERING_MS = 100

/** One whole run: a plan goes in, snapshots come from the workers, a record comes out. */
export class Run {
  readonly #clock: Clock
  readonly #listener: RunListener
  readonly #timeline: Timeline
  readonly #runId = randomUUID()
  readonly #ended = Promise.withResolvers<Error | undefined>()
  readonly #ready = Promise.withResolvers<ScenarioSummary | undefined>()
  readonly #prepared = Promise.withResolvers<unknown>()
  #workers: readonly WorkerHandle[]
  readonly #steering: Steering[] = []
  readonly #resets: number[] = []
  #plan: Plan
  #thresholds: ThresholdWatch
  #soundness: SoundnessWatch
  /** Those that have told their last. */
  readonly #finished = new Set<number>()
  /** Those without users, and without users to come. */
  readonly #spare = new Set<number>()
  #loading: number
  #state: 'loading' | 'running' | 'ended' | 'stopped' | 'aborted' = 'loading'
  #abortReason: string | null = null
  /** Whether one of them waits for the others, to do what the test does behind all users. */
  #isDrained = false
  #hasToldNoAnswer = false
  #startedAt = Infinity
  #stoppedAt = Infinity
  #cancelDeadline: () => void = () => {}
  #cancelWatch: () => void = () => {}

  /** Loads the scenario at once; the load begins with `start`. */
  constructor(plan: Plan, clock: Clock, listener: RunListener = {}) {
    // Rejected before anybody waits for it, it is told by others.
    this.#prepared.promise.catch(() => {})
    this.#plan = plan
    this.#clock = clock
    this.#listener = listener
    this.#thresholds = new ThresholdWatch(plan.thresholds ?? [])
    this.#soundness = new SoundnessWatch(plan.load, true)
    this.#timeline = new Timeline(plan.workers, () => this.#secondEnded())
    this.#loading = plan.workers
    this.#workers = Array.from({ length: plan.workers }, (_, worker) => this.#newWorker(worker))
  }

  /**
   * Resolves when the last request has ended. Throws a `ScenarioError` when the scenario cannot be run;
   * any other trouble is told in the end's `error`, with all that was measured before.
   */
  async start(): Promise<RunEnd> {
    const scenario = await this.#ready.promise
    const data = await this.#prepare(scenario)
    this.#startedAt = this.#clock.now()
    const cpuBefore = process.cpuUsage()
    if (scenario !== undefined && this.#state === 'loading') this.#begin(scenario, data)
    const error = await this.#ended.promise
    const cpu = process.cpuUsage(cpuBefore)
    const endedAt = this.#clock.now()
    const loadEndedAt = Math.min(
      endedAt,
      this.#stoppedAt,
      this.#startedAt + (this.#plan.load.durationMs ?? Infinity),
    )
    const facts = {
      runId: this.#runId,
      plan: this.#plan,
      ...(scenario !== undefined && { thinks: thinks(scenario) }),
      startedAt: this.#clock.wallTime(this.#startedAt),
      durationMs: loadEndedAt - this.#startedAt,
      drainMs: endedAt - loadEndedAt,
      cpuMicroseconds: cpu.user + cpu.system,
      steering: this.#steering,
      resets: this.#resets,
      abortReason: this.#abortReason,
    }
    this.#cancelDeadline()
    this.#cancelWatch()
    await Promise.all(this.#workers.map((worker) => worker.letGo(this.#clock)))
    const thresholds = this.#thresholds.end(this.#timeline, facts.durationMs / 1000)
    const law = error === undefined ? littlesLaw(this.#timeline) : null
    const soundness = this.#soundness.standing(this.#timeline, law)
    return {
      state: this.#endState(error),
      error,
      record: runRecord(facts, this.#timeline, thresholds, soundness),
    }
  }

  /** Changes the load, by so many users, or arrivals a second, or to so many. */
  steer(change: Change): void {
    if (this.#state !== 'running' || change.by === 0) return
    const atMs = this.#clock.now() - this.#startedAt + STEERING_MS
    const now = this.#steering.at(-1)?.target ?? askedAt(this.#plan.load, atMs, this.#timeline.seconds.at(-1))
    const target = change.to ?? Math.max(0, now + change.by)
    this.#tell({ type: 'steer', target, spawnRate: change.spawnRate, atMs })
    const elapsedMs = Math.round(atMs)
    this.#steering.push({ elapsedMs, target })
    this.#listener.steered?.(target, elapsedMs)
  }

  /** From here on who watches counts anew; told in the record, which has all of the run. */
  reset(): void {
    if (this.#state !== 'running') return
    const elapsedMs = Math.round(this.#clock.now() - this.#startedAt)
    this.#resets.push(elapsedMs)
    this.#listener.reset?.(elapsedMs)
  }

  /** Ends the run politely: requests under way are waited for, up to the stop timeout. */
  stop(): void {
    this.#stopLoad('stopped')
  }

  #stopLoad(state: 'ended' | 'stopped' | 'aborted'): void {
    const before = this.#state
    this.#state = state
    this.#stoppedAt = Math.min(this.#stoppedAt, this.#clock.now())
    if (before === 'loading') return this.#endUnbegun()
    if (before === 'stopped') return
    this.#tell({ type: 'stop' })
    this.#mustEndWithin(this.#plan.stopTimeoutMs)
  }

  #newWorker(worker: number): WorkerHandle {
    return new WorkerHandle(this.#plan, worker, {
      message: (message) => this.#receive(message, worker),
      error: (error) => this.#fail(error),
      exited: (code) => this.#workerExited(code, worker),
      output: (text) => this.#listener.output?.(text),
    })
  }

  /** What the test does before any user: in one worker, when all have loaded. */
  async #prepare(scenario: ScenarioSummary | undefined): Promise<unknown> {
    if (scenario?.hooks?.onStart !== true || this.#state !== 'loading') return undefined
    this.#workers[0]!.tell({ type: 'prepare' })
    return await this.#prepared.promise
  }

  #begin(scenario: ScenarioSummary, data: unknown): void {
    this.#state = 'running'
    const load = askedLoad(this.#plan, scenario)
    const workers = Math.min(this.#plan.workers, mostAtWork(load))
    this.#plan = { ...this.#plan, load, workers }
    this.#release(workers)
    this.#soundness = new SoundnessWatch(load, thinks(scenario))
    const startsAt = this.#clock.wallTime(this.#startedAt)
    // First of all: what listeners do with it takes time.
    this.#tell({ type: 'start', load, startsAt, data, workers, tasksLeft: tasksLeft(load.iterations) })
    const begun = { runId: this.#runId, startedAt: startsAt, plan: this.#plan, scenario }
    this.#listener.started?.(scenario, load, begun)
    this.#watchForSilence()
    if (load.durationMs !== null) this.#mustEndWithin(load.durationMs + this.#plan.stopTimeoutMs)
  }

  /** Lets those go for whom the load has no work. */
  #release(from: number): void {
    const released = this.#workers.slice(from)
    this.#workers = this.#workers.slice(0, from)
    released.forEach((worker, index) => {
      this.#timeline.finish(from + index)
      worker.terminate()
    })
  }

  #watchForSilence(): void {
    this.#cancelWatch = this.#clock.after(1_000, () => {
      const seconds = Math.floor((this.#clock.now() - this.#startedAt) / 1_000) - this.#timeline.wholeSeconds
      if (seconds >= SILENT_SECONDS) this.#listener.silent?.(seconds)
      this.#watchForSilence()
    })
  }

  #endUnbegun(): void {
    this.#ready.resolve(undefined)
    this.#prepared.resolve(undefined)
    this.#ended.resolve(undefined)
    for (const worker of this.#workers) worker.terminate()
  }

  #endState(error: Error | undefined): EndState {
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

  #workerExited(code: number, worker: number): void {
    if (this.#finished.has(worker) || worker >= this.#workers.length) return
    const why =
      code === 0 ? 'it waits for what never comes, or called process.exit' : `it called process.exit(${code})`
    const error = new ScenarioError(`expected it to load; ${why}`, this.#plan.scenario)
    this.#ready.reject(error)
    this.#prepared.reject(error)
    this.#end(new Error(`the scenario ended its process (exit code ${code})`))
  }

  #receive(message: FromWorker, worker: number): void {
    switch (message.type) {
      case 'ready':
        return this.#workerReady(message.scenario)
      case 'refused':
        return this.#fail(new ScenarioError(message.message, message.place))
      case 'snapshot':
        this.#listener.told?.(message.snapshot, worker)
        return this.#timeline.add(message.snapshot, worker)
      case 'no-answer':
        return this.#noAnswer(message.waiting, message.reason)
      case 'spare':
        if (message.isSpare) this.#spare.add(worker)
        else this.#spare.delete(worker)
        return this.#endWhereNobodyIsLeft()
      case 'end-run':
        return this.#endedByTask(message.reason)
      case 'prepared':
        return this.#prepared.resolve(message.data)
      case 'drained':
        this.#isDrained = true
        this.#endWhereNobodyIsLeft()
        return this.#concludeWhereDue()
      case 'finished':
        this.#timeline.finish(worker)
        this.#finished.add(worker)
        this.#endWhereNobodyIsLeft()
        this.#concludeWhereDue()
        if (this.#finished.size === this.#workers.length) this.#end(undefined)
    }
  }

  /** Users have ended of themselves, and workers that have none wait only for more to be asked for by hand. */
  #endWhereNobodyIsLeft(): void {
    const hasEnded = (worker: number): boolean =>
      this.#finished.has(worker) || (worker === 0 && this.#isDrained)
    const ended = this.#workers.filter((_, worker) => hasEnded(worker)).length
    const waits = this.#workers.filter((_, worker) => !hasEnded(worker) && this.#spare.has(worker)).length
    if (this.#state === 'running' && ended > 0 && waits > 0 && ended + waits === this.#workers.length)
      this.#stopLoad('ended')
  }

  #concludeWhereDue(): void {
    if (!this.#isDrained || this.#finished.size < this.#workers.length - 1) return
    this.#isDrained = false
    this.#mustEndWithin(this.#plan.stopTimeoutMs)
    this.#workers[0]!.tell({ type: 'conclude' })
  }

  #workerReady(scenario: ScenarioSummary): void {
    this.#loading -= 1
    if (this.#loading > 0) return
    this.#thresholds = new ThresholdWatch(thresholdsOf(this.#plan, scenario))
    this.#ready.resolve(scenario)
  }

  /** Once, and only where no other worker has had an answer. */
  #noAnswer(waiting: number, reason: string | undefined): void {
    if (this.#hasToldNoAnswer || this.#timeline.total.count > 0) return
    this.#hasToldNoAnswer = true
    this.#listener.noAnswer?.(waiting, reason)
  }

  #endedByTask(reason: string | null): void {
    if (this.#state !== 'running') return
    if (reason === null) return this.#stopLoad('ended')
    this.#abortReason = reason
    this.#listener.abandoned?.(reason)
    this.#stopLoad('aborted')
  }

  #secondEnded(): void {
    const { durationMs } = this.#plan.load
    // A second that was over before the load was may be told after it.
    const lastsMs = Math.min(durationMs ?? Infinity, this.#stoppedAt - this.#startedAt)
    const left = loadLeftMs({ durationMs: lastsMs }, this.#timeline)
    if (left !== undefined) {
      this.#thresholds.second(this.#timeline, left > 0 && this.#state === 'running')
      this.#soundness.second(this.#timeline)
    }
    this.#listener.second?.(this.#timeline, this.#thresholds.missed, this.#soundness.standing(this.#timeline))
    const { ending } = this.#thresholds
    if (ending === undefined || this.#state !== 'running') return
    this.#listener.aborting?.(ending)
    this.#stopLoad('aborted')
  }

  /** Of several troubles the first is told: promises settle once. */
  #fail(error: Error): void {
    this.#ready.reject(error)
    this.#prepared.reject(error)
    this.#end(error)
    for (const worker of this.#workers) worker.terminate()
  }

  /** What workers that are gone have told until then stays. */
  #end(error: Error | undefined): void {
    this.#workers.forEach((_, worker) => this.#timeline.finish(worker))
    this.#ended.resolve(error)
  }

  #tell(message: ToWorker): void {
    for (const worker of this.#workers) worker.tell(message)
  }
}
