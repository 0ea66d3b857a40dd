import { resolve } from 'node:path'
import { renderHtml } from '../page/html-report.ts'
import { CSV_FILES } from '../report/csv.ts'
import { renderJunit } from '../report/junit.ts'
import type { Report } from '../report/report.ts'
import type { EndState } from '../run/run.ts'
import { checkWritable, writeWhole } from './json-file.ts'
import { requiredPage } from './required-page.ts'
import type { ReportFlags } from './run-flags.ts'

interface ReportFile {
  readonly flag: string
  readonly path: string
  readonly render: (report: Report, state: EndState) => string
}

/**
 * The files beside the JSON that a run is to leave behind; answers what writes them. Throws a `UsageError` before the run
 * where one could not be written after it.
 */
export function reportFiles(cwd: string, flags: ReportFlags): (report: Report, state: EndState) => void {
  const files = filesOf(flags).map((file) => ({ ...file, path: resolve(cwd, file.path) }))
  for (const { flag, path } of files) checkWritable(flag, path)
  return (report, state) => {
    for (const { path, render } of files) writeWhole(path, render(report, state))
  }
}

function filesOf({ html, csv, junit }: ReportFlags): ReportFile[] {
  return [
    ...(html === undefined ? [] : [htmlFile(html)]),
    ...(junit === undefined ? [] : [{ flag: '--junit', path: junit, render: renderJunit }]),
    ...(csv === undefined ? [] : csvFiles(csv)),
  ]
}

function htmlFile(path: string): ReportFile {
  const page = requiredPage()
  return { flag: '--html', path, render: (report, state) => renderHtml(report, page, state) }
}

function csvFiles(prefix: string): ReportFile[] {
  return Object.entries(CSV_FILES).map(([suffix, render]) => {
    return { flag: '--csv', path: `${prefix}${suffix}.csv`, render }
  })
}
