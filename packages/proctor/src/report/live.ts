import type { Load, Plan } from '../engine/plan.ts'
import type { ScenarioSummary } from '../run/protocol.ts'
import type { RunListener } from '../run/run.ts'
import type { Soundness } from '../run/soundness.ts'
import type { ThresholdRecord } from '../run/threshold-record.ts'
import { Timeline } from '../run/timeline.ts'
import { formatNoun, oneLine, wrap } from './format.ts'
import { aimLine, type LiveState, renderFrame, renderPlainLine } from './live-frame.ts'
import { describeLoad, fixedCountWarnings } from './load.ts'
import { Screen, type Terminal } from './screen.ts'
import { unsoundLines } from './soundness.ts'
import { styleOf } from './style.ts'
import { missedLines, missedWords } from './thresholds.ts'

/** Where there is no terminal to redraw, a line is printed this often. */
const PLAIN_EVERY_SECONDS = 5

/** A run as it goes on, for people: redrawn in place on a terminal, now and then a line elsewhere. */
export class Live implements RunListener {
  #plan: Plan
  readonly #terminal: Terminal
  readonly #screen: Screen
  #timeline = new Timeline()
  #missed: readonly ThresholdRecord[] = []
  #soundness: Soundness | undefined
  #state: LiveState = 'running'
  #silentSeconds = 0
  /** What a file was told of the generator: once, until it is another verdict. */
  #told: Soundness['verdict'] | undefined

  constructor(plan: Plan, terminal: Terminal) {
    this.#plan = plan
    this.#terminal = terminal
    this.#screen = new Screen(terminal)
  }

  /** On a terminal, where a person can see what a key does. */
  get isDrawn(): boolean {
    return this.#terminal.isTTY
  }

  started(scenario: ScenarioSummary, load: Load): void {
    this.#plan = { ...this.#plan, load }
    if (this.#terminal.isTTY) this.#redraw()
    else this.note(`${aimLine(this.#plan)}\n${describeLoad(load)}`)
    for (const warning of fixedCountWarnings(scenario, load)) this.note(`! ${warning}`)
  }

  second(timeline: Timeline, missed: readonly ThresholdRecord[] = [], soundness?: Soundness): void {
    this.#timeline = timeline
    this.#missed = missed
    this.#soundness = soundness
    this.#silentSeconds = 0
    if (this.#terminal.isTTY) this.#redraw()
    else if (isFifthWhole(timeline)) this.note([renderPlainLine(timeline), ...this.#newWarnings()].join('\n'))
  }

  /** From now on the load is what was asked for by hand. */
  steered(target: number): void {
    const { load } = this.#plan
    const steered: Load =
      load.kind === 'closed'
        ? { ...load, users: target, stages: null }
        : { ...load, arrivalsPerSecond: target, stages: null }
    this.#plan = { ...this.#plan, load: steered }
    if (this.#terminal.isTTY) this.#redraw()
  }

  silent(seconds: number): void {
    this.#silentSeconds = seconds
    if (this.#terminal.isTTY) this.#redraw()
    else if (seconds % PLAIN_EVERY_SECONDS === 0) this.note(`! ${silentWords(seconds)}`)
  }

  noAnswer(waiting: number, reason: string | undefined): void {
    const why = reason ?? `${formatNoun(waiting, 'request')} waiting`
    const next = 'The run goes on; check -H, and that the service runs.'
    this.note(`${this.#plan.host} has not answered yet: ${why}. ${next}`)
  }

  output(text: string): void {
    this.note(text)
  }

  stopping(): void {
    this.#state = 'stopping'
    if (this.#terminal.isTTY) this.#redraw()
    else this.note('Stopping: waiting for the requests under way. Ctrl-C again leaves at once.')
  }

  aborting(missed: ThresholdRecord): void {
    this.#state = 'stopping'
    if (this.#terminal.isTTY) this.#redraw()
    this.note(`Stopping: ${missedWords(missed)}. Requests under way are waited for.`)
  }

  abandoned(reason: string): void {
    this.#state = 'stopping'
    if (this.#terminal.isTTY) this.#redraw()
    this.note(
      `Stopping: the scenario aborted the run: ${oneLine(reason)}. Requests under way are waited for.`,
    )
  }

  /** Something to be read, that stays. */
  note(text: string): void {
    if (this.#terminal.isTTY) this.#screen.print(text)
    else this.#terminal.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  /** Takes down what is redrawn; what follows is printed below. */
  end(): void {
    if (this.#terminal.isTTY) this.#screen.clear()
  }

  #newWarnings(): string[] {
    const verdict = this.#soundness?.verdict
    const warnings = this.#warnings(verdict === this.#told ? undefined : this.#soundness)
    this.#told = verdict
    return warnings
  }

  #warnings(soundness: Soundness | undefined): string[] {
    const style = styleOf(this.#terminal)
    const { columns } = this.#terminal
    const silence =
      this.#silentSeconds === 0
        ? []
        : wrap(silentWords(this.#silentSeconds), columns, '! ').map((line) => style('bad', line))
    return [...missedLines(this.#missed, style), ...unsoundLines(soundness, columns, style), ...silence]
  }

  #redraw(): void {
    const warnings = this.#warnings(this.#soundness)
    const { rows, columns } = this.#terminal
    const size = { rows: rows - warnings.length, columns }
    const frame = renderFrame(this.#plan, this.#timeline, this.#state, size, styleOf(this.#terminal))
    // Above the last line, which says what Ctrl-C does.
    this.#screen.draw(frame.toSpliced(-1, 0, ...warnings))
  }
}

function silentWords(seconds: number): string {
  return `a worker has told nothing for ${seconds} s: a task blocks its event loop, or no core is free for it`
}

/** The last second of a run is cut short, and says nothing of a rate. */
function isFifthWhole({ seconds }: Timeline): boolean {
  const last = seconds.at(-1)
  return (
    seconds.length % PLAIN_EVERY_SECONDS === 0 &&
    last !== undefined &&
    last.elapsedMs >= (last.second + 1) * 1000
  )
}
