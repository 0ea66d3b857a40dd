import type { ServerResponse } from 'node:http'
import { HistoryError, type HistoryErrorCode } from '../history/history-error.ts'
import type { History } from '../history/history.ts'
import { type Report, toReport } from '../report/report.ts'
import { PageError, type PageErrorCode } from './page-error.ts'
import { tickOf } from './report-tick.ts'
import type { Route, RoutesOptions } from './route.ts'
import { RUN_FILES } from './run-files.ts'
import type { RunState, Tick } from './wire.ts'

/** A file to be saved, not looked at. */
export class Download {
  readonly #name: string
  readonly #type: string
  readonly #content: string

  constructor(name: string, type: string, content: string) {
    this.#name = name
    this.#type = type
    this.#content = content
  }

  send(response: ServerResponse): void {
    response.setHeader('content-type', this.#type)
    response.setHeader('content-disposition', `attachment; filename="${this.#name}"`)
    response.end(this.#content)
  }
}

/** The runs that are kept: list, open, rename, tag, delete, take away. */
export function keptRoutes(options: RoutesOptions): Route[] {
  const kept = <T>(work: (history: History) => T): T =>
    guarded(() =>
      options.withHistory((history) => {
        if (history === undefined) throw new PageError('not-found', 'no run is kept here yet')
        return work(history)
      }),
    )
  return [
    {
      method: 'GET',
      path: /^\/api\/runs$/,
      handle: () => guarded(() => options.withHistory((history) => history?.list() ?? [])),
    },
    { method: 'GET', path: /^\/api\/runs\/([\w-]+)$/, handle: ({ parts: [id] }) => opened(options, id!) },
    {
      method: 'POST',
      path: /^\/api\/runs\/([\w-]+)$/,
      handle: ({ parts: [id], body }) => kept((history) => changed(history, id!, body)),
    },
    {
      method: 'GET',
      path: /^\/api\/runs\/([\w-]+)\/files\/([\w.]+)$/,
      handle: ({ parts: [id, name] }) => fileOf(options, id!, name!),
    },
  ]
}

interface OpenedReport {
  readonly report: Report
  readonly state: RunState
  readonly error: string | null
}

/** The run that was just made, kept or not, or a kept one. */
function reportOf({ control, withHistory, analyse }: RoutesOptions, id: string): OpenedReport {
  const { end } = control
  if (end?.record.runId === id) {
    return {
      report: toReport(end.record, analyse(end.record)),
      state: end.state,
      error: end.error?.message ?? null,
    }
  }
  return guarded(() =>
    withHistory((history) => {
      if (history === undefined) throw new PageError('not-found', `there is no run ${id}`)
      const { run, record } = history.open(id)
      return { report: toReport(record, analyse(record)), state: run.state, error: run.error }
    }),
  )
}

function opened(options: RoutesOptions, id: string): Tick {
  const { report, state, error } = reportOf(options, id)
  return tickOf(report, state, error)
}

function fileOf(options: RoutesOptions, id: string, name: string): Download {
  const file = RUN_FILES.get(name)
  if (file === undefined)
    throw new PageError('not-found', `expected one of ${[...RUN_FILES.keys()].join(', ')}`)
  const { report } = reportOf(options, id)
  return new Download(`${id.slice(0, 8)}-${name}`, file.type, file.render(report, options.files))
}

/** One change at a time; `name: null` takes the name away. */
function changed(history: History, id: string, { name, tag, untag, remove }: Record<string, unknown>): void {
  if (typeof name === 'string' || name === null) return history.rename(id, name === '' ? null : name)
  if (typeof tag === 'string') return history.tag(id, tag)
  if (typeof untag === 'string') return history.untag(id, untag)
  if (remove === true) return history.delete(id)
  throw new PageError('bad-field', 'expected name, tag, untag or remove')
}

const CODES: Partial<Record<HistoryErrorCode, PageErrorCode>> = {
  'run-unknown': 'not-found',
  'run-running': 'run-under-way',
  'label-refused': 'bad-field',
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error
    throw new PageError(CODES[error.code] ?? 'history', error.message)
  }
}
