import type { Load } from '../engine/plan.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { ScenarioSummary } from '../run/protocol.ts'
import type { Steering } from '../run/record.ts'
import type { Told } from '../run/replay.ts'
import type { RunBegun, RunEnd, RunListener } from '../run/run.ts'
import type { Soundness } from '../run/soundness.ts'
import type { ThresholdRecord } from '../run/threshold-record.ts'
import type { Timeline } from '../run/timeline.ts'
import { History, type HistoryOptions } from './history.ts'
import { HistoryError } from './history-error.ts'
import { summarySoFar } from './kept-run.ts'

/** What could not be written is tried again with the next second, but no more than this of it. */
const MOST_WAITING = 60

/**
 * Keeps a run while it goes on, in the folder given, which it touches when the load begins. What goes wrong with that is
 * said once; the run itself goes on.
 */
export class Keeper implements RunListener {
  readonly #open: () => History
  readonly #say: (text: string) => void
  #history: History | undefined
  #begun: RunBegun | undefined
  #snapshots: { snapshot: Snapshot; worker: number }[] = []
  #steering: Steering[] = []
  #resets: number[] = []
  #written = 0
  #hasSaid = false

  constructor(folder: string, options: HistoryOptions, say: (text: string) => void) {
    this.#open = () => History.open(folder, options, say)
    this.#say = say
  }

  started(_scenario: ScenarioSummary, _load: Load, begun: RunBegun): void {
    this.#attempt(() => {
      this.#history = this.#open()
      this.#history.begin(begun)
      this.#begun = begun
    })
  }

  told(snapshot: Snapshot, worker: number): void {
    this.#snapshots.push({ snapshot, worker })
    if (this.#snapshots.length > MOST_WAITING * this.#workers) this.#snapshots.shift()
  }

  steered(target: number, elapsedMs: number): void {
    this.#steering.push({ elapsedMs, target })
  }

  reset(elapsedMs: number): void {
    this.#resets.push(elapsedMs)
  }

  second(timeline: Timeline, missed: readonly ThresholdRecord[], soundness: Soundness): void {
    const begun = this.#begun
    if (begun === undefined) return
    const told: Told = { snapshots: this.#snapshots, steering: this.#steering, resets: this.#resets }
    this.#attempt(() => {
      const summary = summarySoFar(begun, timeline, missed, soundness)
      this.#history!.second(begun.runId, this.#written, told, summary)
      this.#written += 1
      this.#snapshots = []
      this.#steering = []
      this.#resets = []
    })
  }

  /** The run is over: its record takes the place of all that it told. Answers whether it is kept. */
  finish(end: RunEnd): boolean {
    const isKept = this.#begun !== undefined && this.#attempt(() => this.#history!.finish(end))
    this.#history?.close()
    return isKept
  }

  get #workers(): number {
    return this.#begun?.plan.workers ?? 1
  }

  #attempt(write: () => void): boolean {
    try {
      write()
      return true
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error
      if (!this.#hasSaid) this.#say(`This run may not be kept (${error.code}): ${error.message}`)
      this.#hasSaid = true
      // What is damaged was put aside.
      if (error.code === 'history-corrupt') this.#begun = undefined
      return false
    }
  }
}
