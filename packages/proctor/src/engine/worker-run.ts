import type { Clock } from '../clock/clock.ts'
import { Evidence } from '../evidence/evidence.ts'
import { Redaction } from '../evidence/redaction.ts'
import { Origin } from '../http/origin.ts'
import { Transport } from '../http/transport.ts'
import type { TransportError } from '../http/transport-error.ts'
import type { Scenario } from '../scenario/load-scenario.ts'
import { Discretion } from './discretion.ts'
import type { Driver } from './driver.ts'
import { driverOf } from './drivers.ts'
import { Feeds } from './feeds.ts'
import { tasksLeft, type TasksLeft } from './iterations.ts'
import { type Plan, type Share, WHOLE } from './plan.ts'
import { Pulse } from './pulse.ts'
import { Recorder } from './recorder.ts'
import type { GeneratorSnapshot, Snapshot } from './snapshot.ts'
import { Stopwatch } from './stopwatch.ts'
import type { ThreadProbe } from './thread-probe.ts'

/** What a worker tells while it runs. */
export interface WorkerListener {
  /** Once a second, and once at the end. */
  snapshot(snapshot: Snapshot): void
  /** Once, when nothing was answered soon after the start. */
  noAnswer(waiting: number, error: TransportError | undefined): void
  /** Nothing of its share is under way or to come, unless by hand; or something is again. */
  spare(isSpare: boolean): void
  /** A task has ended the run for all: in good order, or for a reason. */
  endRun(reason: string | undefined): void
}

export interface WorkerRunOptions {
  readonly plan: Plan
  readonly scenario: Scenario
  readonly clock: Clock
  readonly listener: WorkerListener
  readonly probe: ThreadProbe
  /** The whole load, unless several workers share it. */
  readonly share?: Share
  /** Shared with the other workers; this one's own, unless given. */
  readonly tasksLeft?: TasksLeft
  readonly startsAt?: number
}

/** Early enough to be read within the first second. */
const NO_ANSWER_MS = 800
const SECOND_MS = 1000

/** One worker's part of a run, from its first user to its last. */
export class WorkerRun {
  readonly recorder: Recorder
  readonly #plan: Plan
  readonly #discretion: Discretion
  readonly #listener: WorkerListener
  readonly #transport: Transport
  readonly #driver: Driver
  readonly #stopwatch: Stopwatch
  readonly #stopped = Promise.withResolvers<void>()
  readonly #waitedEnough = Promise.withResolvers<void>()
  readonly #probe: ThreadProbe
  readonly #pulse: Pulse
  #second = 0
  #reportedMs = 0
  #isDraining = false

  /** `startsAt`, a reading of the clock, is when the run's time begins: now, unless several workers are to agree. */
  constructor(options: WorkerRunOptions) {
    const { plan, scenario, clock, listener, probe, share = WHOLE, startsAt = clock.now() } = options
    this.#plan = plan
    this.#listener = listener
    this.#discretion = new Discretion(plan)
    const keepsEvidence = plan.keepsEvidence ?? true
    this.recorder = new Recorder(
      clock,
      keepsEvidence ? new Evidence(plan.seed + share.worker, startsAt) : undefined,
      new Redaction(plan.redact),
    )
    this.#transport = new Transport({
      clock,
      observer: this.recorder,
      userAgent: plan.userAgent,
      timeoutMs: plan.requestTimeoutMs,
      traceSampledShare: plan.traceSampledShare ?? undefined,
      ...(plan.tls && { tls: plan.tls }),
      http2: plan.http2 ?? false,
      localAddresses: plan.localAddresses ?? [],
    })
    this.#stopwatch = new Stopwatch(clock, startsAt)
    this.#probe = probe
    this.#pulse = new Pulse(this.#stopwatch)
    const workplace = {
      clock,
      transport: this.#transport,
      recorder: this.recorder,
      origin: new Origin(plan.host),
      seed: plan.seed,
      feeds: new Feeds(share, plan.seed),
      // The run tells every worker to stop, this one, too: who is told while it drains already waits no longer.
      endRun: (reason: string | undefined) => listener.endRun(reason),
    }
    this.#driver = driverOf(plan.load, {
      scenario,
      share,
      workplace,
      stopwatch: this.#stopwatch,
      tasksLeft: options.tasksLeft ?? tasksLeft(plan.load.iterations),
    })
  }

  /** Runs to the end of the plan, or to `stop`; resolves when the last request has ended. */
  async run(): Promise<void> {
    const { durationMs } = this.#plan.load
    const onOver = (): void => {
      if (this.#stopwatch.elapsedMs < (durationMs ?? Infinity)) this.#listener.endRun(undefined)
    }
    this.#stopwatch.at(0, () => this.#driver.start(() => this.stop(), onOver))
    this.#driver.onSpare((isSpare) => this.#listener.spare(isSpare))
    this.#pulse.start()
    this.#snapshotAtSecondsEnd()
    this.#watchForAnswer()
    if (durationMs !== null) this.#stopwatch.at(durationMs, () => this.stop())
    await this.#stopped.promise
    await this.#drain()
    this.#stopwatch.clear()
    this.report()
  }

  /** No user starts any more; requests under way are waited for, up to the stop timeout, or until this is called again. */
  stop(): void {
    if (this.#isDraining) this.#waitedEnough.resolve()
    else this.#stopped.resolve()
  }

  /** From `atMs` on, so many users in all, or arrivals a second. */
  steer(target: number, atMs: number, spawnRate?: number): void {
    this.#driver.steer(target, atMs, spawnRate)
  }

  /** Tells all that was counted since the last snapshot. */
  report(): void {
    const { elapsedMs } = this.#stopwatch
    const snapshot = this.#discretion.snapshot({
      second: this.#second,
      elapsedMs,
      users: this.#driver.takePeak(),
      arrivals: this.#driver.takeArrivals(),
      ...this.recorder.take(),
      generator: this.#takeGenerator(elapsedMs - this.#reportedMs),
    })
    this.#listener.snapshot(snapshot)
    this.#second += 1
    this.#reportedMs = elapsedMs
  }

  #takeGenerator(withinMs: number): GeneratorSnapshot {
    const { activeMs, gcMs, coreWaitMs, stealShare } = this.#probe.take()
    const share = (ms: number): number => (ms > 0 ? Math.min(1, ms / withinMs) : 0)
    return {
      eventLoopUtilization: share(activeMs - this.recorder.takeSpunMs()),
      loopDelayP99Ms: this.#pulse.takeDelayP99Ms(),
      gcShare: share(gcMs),
      coreWaitShare: coreWaitMs === null ? null : share(coreWaitMs),
      stealShare,
    }
  }

  async #drain(): Promise<void> {
    this.#isDraining = true
    const { elapsedMs } = this.#stopwatch
    this.#stopwatch.at(elapsedMs + this.#plan.stopTimeoutMs, () => this.#waitedEnough.resolve())
    await Promise.race([this.#driver.stop(), this.#waitedEnough.promise])
    this.#driver.end()
    this.#transport.close('interrupted')
    this.recorder.interruptMeasuring(this.#stopwatch.readingAt(this.#stopwatch.elapsedMs))
  }

  #snapshotAtSecondsEnd(): void {
    this.#stopwatch.at((this.#second + 1) * SECOND_MS, () => {
      this.report()
      this.#snapshotAtSecondsEnd()
    })
  }

  /** Looks again until something was asked: a scenario may begin with a sleep. */
  #watchForAnswer(): void {
    this.#stopwatch.at(this.#stopwatch.elapsedMs + NO_ANSWER_MS, () => {
      const { answers, firstError, inFlight } = this.recorder
      if (answers > 0) return
      if (firstError === undefined && inFlight === 0) this.#watchForAnswer()
      else this.#listener.noAnswer(inFlight, firstError)
    })
  }
}
