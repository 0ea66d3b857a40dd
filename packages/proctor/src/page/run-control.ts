import { randomBytes } from 'node:crypto'
import type { Finding } from '../analysis/finding.ts'
import type { Clock } from '../clock/clock.ts'
import type { Plan } from '../engine/plan.ts'
import type { Keeper } from '../history/keeper.ts'
import { together } from '../run/listeners.ts'
import { type Change, Run, type RunEnd } from '../run/run.ts'
import type { ServerSide } from '../server-side/server-side.ts'
import { PageError } from './page-error.ts'
import { RunView } from './run-view.ts'

export interface RunControlOptions {
  readonly clock: Clock
  /** What a run says of itself, when it is over. */
  readonly findingsOf: (end: RunEnd) => readonly Finding[]
  /** The run is in the history, and what it says of itself known. */
  readonly kept?: (end: RunEnd, findings: readonly Finding[]) => void
  /** Who keeps a run while it goes on; what goes wrong with that is said to `say`. */
  readonly keeperOf?: (say: (text: string) => void) => Keeper | undefined
  /** Who listens to the service while a run goes on. */
  readonly serverSideOf?: (say: (text: string) => void) => ServerSide | undefined
}

/** Ticks of what came close together are one. */
const TOGETHER_MS = 20

interface Current {
  readonly plan: Plan
  readonly view: RunView
  readonly run: Run
  /** Resolves when the run is over, or could not begin. */
  readonly over: Promise<void>
  end: RunEnd | undefined
}

/** Who hears what a run tells. */
interface Followers {
  readonly view: RunView
  readonly keeper: Keeper | undefined
  readonly serverSide: ServerSide | undefined
}

/** The one run that the page has: started, steered and stopped here, by whoever may. */
export class RunControl {
  readonly #options: RunControlOptions
  readonly #subscribers = new Set<() => void>()
  #current: Current | undefined
  #runs = 0
  /** Runs of a server that was here before are others. */
  readonly #made = randomBytes(6).toString('base64url')
  #cancelTelling: (() => void) | undefined

  constructor(options: RunControlOptions) {
    this.#options = options
  }

  get view(): RunView | undefined {
    return this.#current?.view
  }

  /** How the last run ended; `undefined` while none has. */
  get end(): RunEnd | undefined {
    return this.#current?.end
  }

  /** Calls back when there is something new to tell; the answer ends that. */
  subscribe(callback: () => void): () => void {
    this.#subscribers.add(callback)
    return () => void this.#subscribers.delete(callback)
  }

  /** Throws a `PageError` while another run goes on. */
  start(plan: Plan): void {
    if (this.isUnderWay) throw new PageError('run-under-way', 'a run is under way: stop it first')
    const { clock } = this.#options
    const now = (): number => clock.wallTime(clock.now())
    const view = new RunView(`${this.#made}-${++this.#runs}`, plan, now, () => this.#tellSoon())
    const say = (text: string): void => view.note(text, 'warning')
    const keeper = this.#options.keeperOf?.(say)
    const serverSide = this.#options.serverSideOf?.(say)
    const listeners = [keeper, serverSide, view].filter((listener) => listener !== undefined)
    const run = new Run(plan, clock, together(...listeners))
    this.#current = { plan, view, run, over: this.#follow(run, { view, keeper, serverSide }), end: undefined }
    this.#tellSoon()
  }

  steer(change: Change): void {
    this.#runUnderWay().run.steer(change)
  }

  stop(): void {
    const { run, view } = this.#runUnderWay()
    view.stopping()
    run.stop()
  }

  /** All figures from 0; the run goes on. */
  reset(): void {
    const { run, view } = this.#runUnderWay()
    if (view.state !== 'running') throw new PageError('no-run', 'nothing is measured yet, or any more')
    run.reset()
  }

  /** Ends the run that is under way and begins the same anew: all figures, and the load, from the start. */
  async startOver(): Promise<void> {
    const { plan, over, view } = this.#runUnderWay()
    if (view.state !== 'stopping') this.stop()
    await over
    this.start(plan)
  }

  /** Stops what is under way; resolves when nothing is. */
  async close(): Promise<void> {
    if (this.isUnderWay) this.stop()
    await this.#current?.over
    this.#cancelTelling?.()
  }

  get isUnderWay(): boolean {
    const state = this.#current?.view.state
    return state === 'loading' || state === 'running' || state === 'stopping'
  }

  #runUnderWay(): Current {
    if (this.#current === undefined || !this.isUnderWay) {
      throw new PageError('no-run', 'no run is under way: start one first')
    }
    return this.#current
  }

  async #follow(run: Run, { view, keeper, serverSide }: Followers): Promise<void> {
    try {
      await serverSide?.start()
      const ended = await run.start()
      const end = serverSide === undefined ? ended : { ...ended, record: await serverSide.end(ended.record) }
      const isKept = keeper?.finish(end) === true
      this.#current!.end = end
      const findings = this.#options.findingsOf(end)
      if (isKept) this.#options.kept?.(end, findings)
      view.ended(end, findings)
    } catch (error) {
      view.refused((error as Error).message)
    } finally {
      await serverSide?.stop()
    }
  }

  #tellSoon(): void {
    this.#cancelTelling ??= this.#options.clock.after(TOGETHER_MS, () => {
      this.#cancelTelling = undefined
      for (const callback of this.#subscribers) callback()
    })
  }
}
