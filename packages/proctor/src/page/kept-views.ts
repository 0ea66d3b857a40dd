import { gzipSync } from 'node:zlib'
import type { Finding } from '../analysis/finding.ts'
import { HistoryError } from '../history/history-error.ts'
import type { History } from '../history/history.ts'
import { type Report, toReport } from '../report/report.ts'
import type { RunRecord } from '../run/record.ts'
import type { RunEnd } from '../run/run.ts'
import { digestOfCode } from './code-digest.ts'
import { secondsByName } from './encode.ts'
import { PageError } from './page-error.ts'
import { tickOf } from './report-tick.ts'
import type { ViewMaker } from './view-maker.ts'
import type { RunState } from './wire.ts'

/** The runs that are kept; `undefined` where none ever was. */
export type WithHistory = <T>(work: (history: History | undefined) => T) => T

/** What is not made of a name's seconds. */
const TICK = ''

/** Zipped: the tick, and by method and name the seconds of each name. */
type Parts = ReadonlyMap<string, Uint8Array>

/** A run that is over, with what was found in it. */
export interface OverRun {
  readonly report: Report
  readonly state: RunState
  readonly error: string | null
}

/**
 * What the page shows of runs that are over, made once of each and kept beside its record: to make it of an hour takes
 * seconds, to hand it out a moment. Made anew by other code than made it before.
 */
export class KeptViews {
  readonly #withHistory: WithHistory
  readonly #analyse: (record: RunRecord) => readonly Finding[]
  readonly #elsewhere: ViewMaker | undefined
  readonly #maker = digestOfCode()
  /** The last that was made, for who asks for its names next: not every one can be kept. */
  #made: { readonly runId: string; readonly parts: Parts } | undefined

  /** `elsewhere` is who makes views that are not there; without it they are made here. */
  constructor(
    withHistory: WithHistory,
    analyse: (record: RunRecord) => readonly Finding[],
    elsewhere?: ViewMaker,
  ) {
    this.#withHistory = withHistory
    this.#analyse = analyse
    this.#elsewhere = elsewhere
  }

  /** A run is over and in the history. What can't be kept is made when it is asked for. */
  keep({ record, state, error }: RunEnd, findings: readonly Finding[]): void {
    attempt(() =>
      this.#withHistory((history) => {
        if (history === undefined) return
        const parts = partsOf({ report: toReport(record, findings), state, error: error?.message ?? null })
        history.keepView(record.runId, { maker: this.#maker, edition: state, parts })
      }),
    )
  }

  /** Has the view of a run made elsewhere, where there is none yet. What is wrong with that is told when it is asked for. */
  async prepare(runId: string): Promise<void> {
    let isWanted = false
    attempt(() => {
      isWanted = this.#withHistory((history) => {
        const run = history?.list().find((each) => each.runId === runId)
        if (run === undefined || run.state === 'running') return false
        return history?.viewOf(runId, TICK, this.#maker) === undefined
      })
    })
    if (isWanted) await this.#elsewhere?.make(runId)
  }

  /** JSON, zipped. Throws a `PageError` or a `HistoryError`. */
  tick(runId: string, end: RunEnd | undefined): Uint8Array {
    return this.#part(runId, TICK, end)
  }

  /** Zipped text; `name` is method and name. */
  seconds(runId: string, name: string, end: RunEnd | undefined): Uint8Array {
    const made = this.#made?.runId === runId ? this.#made.parts.get(name) : undefined
    return made ?? this.#part(runId, name, end)
  }

  /** The run that was just made, kept or not, or a kept one; what was found is found anew. */
  open(runId: string, end: RunEnd | undefined): OverRun {
    return this.#withHistory((history) => this.#opened(history, runId, end).run)
  }

  #part(runId: string, part: string, end: RunEnd | undefined): Uint8Array {
    return this.#withHistory((history) => {
      const kept = history?.viewOf(runId, part, this.#maker)
      return kept ?? this.#make(history, runId, end).get(part) ?? missing(`${runId} has no ${part}`)
    })
  }

  #make(history: History | undefined, runId: string, end: RunEnd | undefined): Parts {
    const { run, edition } = this.#opened(history, runId, end)
    const parts = partsOf(run)
    this.#made = { runId, parts }
    if (edition !== undefined && run.state !== 'running') {
      attempt(() => history?.keepView(runId, { maker: this.#maker, edition, parts }))
    }
    return parts
  }

  #opened(
    history: History | undefined,
    runId: string,
    end: RunEnd | undefined,
  ): { readonly run: OverRun; readonly edition: string | undefined } {
    if (end?.record.runId === runId) {
      const { record, state, error } = end
      const report = toReport(record, this.#analyse(record))
      return { run: { report, state, error: error?.message ?? null }, edition: undefined }
    }
    if (history === undefined) return missing(`there is no run ${runId}`)
    const { run, record, edition } = history.open(runId)
    const report = toReport(record, this.#analyse(record))
    return { run: { report, state: run.state, error: run.error }, edition }
  }
}

/** What is figures hardly gets smaller: to try harder costs ten times the time for a tenth of the size. */
const LEVEL = 1

function partsOf({ report, state, error }: OverRun): Parts {
  return new Map([
    [TICK, zipped(JSON.stringify(tickOf(report, state, error)))],
    ...[...secondsByName(report.timeline)].map(([name, seconds]) => [name, zipped(seconds)] as const),
  ])
}

function zipped(text: string): Uint8Array {
  return gzipSync(text, { level: LEVEL })
}

function missing(what: string): never {
  throw new PageError('not-found', what)
}

function attempt(keep: () => void): void {
  try {
    keep()
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error
  }
}
