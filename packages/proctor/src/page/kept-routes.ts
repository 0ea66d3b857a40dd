import { HistoryError, type HistoryErrorCode } from '../history/history-error.ts'
import type { History } from '../history/history.ts'
import { Download, JSON_TYPE, TEXT_TYPE, Zipped } from './answer.ts'
import { PageError, type PageErrorCode } from './page-error.ts'
import type { Route, RoutesOptions } from './route.ts'
import { RUN_FILES } from './run-files.ts'

/** The runs that are kept: list, open, rename, tag, delete, take away. */
export function keptRoutes(options: RoutesOptions): Route[] {
  const { views, control } = options
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
    {
      method: 'GET',
      path: /^\/api\/runs\/([\w-]+)$/,
      handle: async ({ parts: [id] }) => {
        await views.prepare(id!)
        return new Zipped(
          JSON_TYPE,
          guarded(() => views.tick(id!, control.end)),
        )
      },
    },
    {
      method: 'GET',
      path: /^\/api\/runs\/([\w-]+)\/names\/([^/]+)$/,
      handle: ({ parts: [id, name] }) =>
        new Zipped(
          TEXT_TYPE,
          guarded(() => views.seconds(id!, name!, control.end)),
        ),
    },
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

function fileOf({ views, control, files }: RoutesOptions, id: string, name: string): Download {
  const file = RUN_FILES.get(name)
  if (file === undefined)
    throw new PageError('not-found', `expected one of ${[...RUN_FILES.keys()].join(', ')}`)
  const { report } = guarded(() => views.open(id, control.end))
  return new Download(`${id.slice(0, 8)}-${name}`, file.type, file.render(report, files))
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
