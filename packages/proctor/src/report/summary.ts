import type { RequestFigures } from '../run/figures.ts'
import type { RunRecord } from '../run/record.ts'
import {
  formatBytes,
  formatCount,
  formatMs,
  formatNoun,
  formatRate,
  formatSeconds,
  formatShare,
  oneLine,
} from './format.ts'
import { type Column, renderTable } from './table.ts'

/** The ending of a run in the terminal: the seed's table, percentiles, failures by signature, exceptions. */
export function renderSummary(record: RunRecord): string {
  const sections = [
    headlineSection(record),
    figuresSection(record),
    percentilesSection(record),
    failuresSection(record),
    exceptionsSection(record),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

type Row = RequestFigures & { label: string }

const request: Column<Row> = { heading: 'Request', align: 'left', cell: ({ label }) => label }

function column(heading: string, unit: string, cell: (row: Row) => string): Column<Row> {
  return { heading, unit, align: 'right', cell }
}

const FIGURES: readonly Column<Row>[] = [
  request,
  column('# Requests', '', ({ count }) => formatCount(count)),
  column('# Failures', '', ({ failures }) => formatCount(failures)),
  column('Median', '(ms)', ({ medianMs }) => formatMs(medianMs)),
  column('Average', '(ms)', ({ averageMs }) => formatMs(averageMs)),
  column('Min', '(ms)', ({ minMs }) => formatMs(minMs)),
  column('Max', '(ms)', ({ maxMs }) => formatMs(maxMs)),
  column('Avg Size', '(bytes)', ({ averageBytes }) => formatBytes(averageBytes)),
]

const PERCENTILES: readonly Column<Row>[] = [
  request,
  column('Requests', '(/s)', ({ perSecond }) => formatRate(perSecond)),
  column('Failures', '(/s)', ({ failuresPerSecond }) => formatRate(failuresPerSecond)),
  column('50%', '(ms)', ({ medianMs }) => formatMs(medianMs)),
  column('90%', '(ms)', ({ p90Ms }) => formatMs(p90Ms)),
  column('95%', '(ms)', ({ p95Ms }) => formatMs(p95Ms)),
  column('99%', '(ms)', ({ p99Ms }) => formatMs(p99Ms)),
  column('99.9%', '(ms)', ({ p999Ms }) => formatMs(p999Ms)),
  column('100%', '(ms)', ({ maxMs }) => formatMs(maxMs)),
]

function headlineSection({ total, durationSeconds, host, seed }: RunRecord): string[] {
  const asked = `${formatNoun(total.count, 'request')} to ${host} in ${formatSeconds(durationSeconds)}`
  const failed = `${formatNoun(total.failures, 'failure')} (${formatShare(total.failures, total.count)})`
  const cut = total.interrupted === 0 ? '' : `, ${total.interrupted} interrupted by the end of the run`
  return [`${asked}, ${formatRate(total.perSecond)} a second, ${failed}${cut}. Seed ${seed}.`]
}

function figuresSection(record: RunRecord): string[] {
  return record.requests.length === 0
    ? ['No request was answered or failed.']
    : withAggregate(FIGURES, record)
}

function percentilesSection(record: RunRecord): string[] {
  return record.requests.length === 0 ? [] : withAggregate(PERCENTILES, record)
}

/** The rows by name, a rule, and the row over all. */
function withAggregate(columns: readonly Column<Row>[], record: RunRecord): string[] {
  const rows = record.requests.map((figures) => ({ ...figures, label: requestLabel(figures) }))
  const lines = renderTable(columns, [...rows, { ...record.total, label: 'Aggregated' }])
  const rule = lines.find((line) => line.startsWith('─'))!
  return [...lines.slice(0, -1), rule, ...lines.slice(-1)]
}

function failuresSection(record: RunRecord): string[] {
  if (record.failures.length === 0) return []
  type Group = RunRecord['failures'][number]
  const columns: Column<Group>[] = [
    { heading: 'Failures', align: 'right', cell: ({ count }) => formatCount(count) },
    { heading: 'Request', align: 'left', cell: requestLabel },
    { heading: 'What came', align: 'left', cell: ({ signature }) => oneLine(signature) },
    { heading: 'First seen', align: 'right', cell: ({ firstSeen }) => elapsed(record, firstSeen) },
    { heading: 'Last seen', align: 'right', cell: ({ lastSeen }) => elapsed(record, lastSeen) },
  ]
  return renderTable(columns, record.failures)
}

function exceptionsSection(record: RunRecord): string[] {
  if (record.exceptions.length === 0) return []
  type Group = RunRecord['exceptions'][number]
  const columns: Column<Group>[] = [
    { heading: 'Exceptions', align: 'right', cell: ({ count }) => formatCount(count) },
    { heading: 'Task', align: 'left', cell: ({ user, task }) => `${user} ${task}`.trim() },
    { heading: 'What the scenario threw', align: 'left', cell: ({ message }) => oneLine(message) },
    { heading: 'First seen', align: 'right', cell: ({ firstSeen }) => elapsed(record, firstSeen) },
    { heading: 'Last seen', align: 'right', cell: ({ lastSeen }) => elapsed(record, lastSeen) },
  ]
  return [...renderTable(columns, record.exceptions), '', ...firstStack(record.exceptions[0]!.stack)]
}

/** Where the most frequent exception was thrown: the frames of the scenario's own code. */
function firstStack(stack: string): string[] {
  const frames = stack.split('\n').filter((line) => line.trim().startsWith('at '))
  return frames.slice(0, 3).map((frame) => `  ${oneLine(frame)}`)
}

/** `GET /students`; what has no method, such as the rest of too many signatures, is its name alone. */
function requestLabel({ method, name }: { method: string; name: string }): string {
  return oneLine(`${method} ${name}`)
}

/** Time since the start of the run. */
function elapsed({ startedAt }: RunRecord, instant: string): string {
  return formatSeconds(Math.max(0, Date.parse(instant) - Date.parse(startedAt)) / 1000)
}
