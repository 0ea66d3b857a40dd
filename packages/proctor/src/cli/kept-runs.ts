import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { analyse } from '../analysis/analyse.ts'
import { findRun } from '../history/find-run.ts'
import { History, HISTORY_FOLDER } from '../history/history.ts'
import { HistoryError } from '../history/history-error.ts'
import type { KeptRun } from '../history/kept-run.ts'
import { type Report, toReport } from '../report/report.ts'
import type { Machine } from './machine.ts'
import { UsageError } from './usage-error.ts'

export interface HistoryFlags {
  readonly history: string
}

export function historyFlag(command: Command): Command {
  return command.option('--history <folder>', 'where runs are kept', HISTORY_FOLDER)
}

export const RUN_ARGUMENT = 'last, an id or its beginning, a name, a tag, or a JSON report'

/** Works with the runs that are kept in a folder; with `undefined` where none ever was. */
export function withHistory<T>(
  machine: Machine,
  { history: folder }: HistoryFlags,
  work: (history: History | undefined) => T,
): T {
  const say = (notice: string): void => machine.stderr.write(`proctor: ${folder} was damaged: ${notice}\n`)
  const history = History.openExisting(resolve(machine.cwd, folder), { clock: machine.clock }, say)
  try {
    return work(history)
  } finally {
    history?.close()
  }
}

/** The run that `text` means. Throws a `HistoryError` where it means none. */
export function runMeant(history: History | undefined, text: string): KeptRun {
  return findRun(history?.list() ?? [], text)
}

export interface ReportMeant {
  /** `undefined` of a file. */
  readonly run: KeptRun | undefined
  readonly report: Report
}

/** The report of a kept run, or of the JSON file of that name; what was found is found anew. */
export function reportMeant(machine: Machine, flags: HistoryFlags, text: string): ReportMeant {
  const file = resolve(machine.cwd, text)
  if (/\.json$/i.test(text) || (text.includes('/') && existsSync(file)))
    return { run: undefined, report: reportIn(file) }
  return withHistory(machine, flags, (history) => {
    const meant = runMeant(history, text)
    if (history === undefined) throw new HistoryError('run-unknown', text)
    const { run, record } = history.open(meant.runId)
    return { run, report: toReport(record, analyse(record)) }
  })
}

function reportIn(file: string): Report {
  const content = contentOf(file)
  const { schema, ...record } = content as Report
  if (schema !== 'proctor/run@1') {
    throw new UsageError(
      `${file}: expected a report with schema "proctor/run@1", got ${JSON.stringify(schema) ?? 'none'}`,
    )
  }
  try {
    return toReport(record, analyse(record))
  } catch (cause) {
    throw new UsageError(`${file}: expected a whole report (${(cause as Error).message})`, { cause })
  }
}

function contentOf(file: string): object {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof content === 'object' && content !== null ? content : {}
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new UsageError(
      code === undefined
        ? `${file}: expected a JSON report (${message})`
        : `${file}: expected a file that can be read (${code})`,
      { cause },
    )
  }
}
