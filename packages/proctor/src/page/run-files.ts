import { CSV_FILES } from '../report/csv.ts'
import { renderJunit } from '../report/junit.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { renderJson, type Report } from '../report/report.ts'
import { renderHtml } from './html-report.ts'
import type { StaticFile } from './static-files.ts'

/** What can be taken away of a run that is over. */
export interface RunFile {
  readonly type: string
  readonly render: (report: Report, page: ReadonlyMap<string, StaticFile>) => string
}

const csvFiles = Object.entries(CSV_FILES).map(([suffix, render]): [string, RunFile] => [
  `proctor${suffix}.csv`,
  { type: 'text/csv; charset=utf-8', render },
])

/** By the name under which it is saved. */
export const RUN_FILES: ReadonlyMap<string, RunFile> = new Map([
  ['report.html', { type: 'text/html; charset=utf-8', render: renderHtml }],
  ['report.json', { type: 'application/json', render: renderJson }],
  ['report.md', { type: 'text/markdown; charset=utf-8', render: renderMarkdown }],
  ['junit.xml', { type: 'application/xml', render: renderJunit }],
  ...csvFiles,
])
