import type { RequestFigures } from '../run/figures.ts'
import type { RunRecord } from '../run/record.ts'
import {
  formatBytes,
  formatCount,
  formatFigure,
  formatMs,
  formatNoun,
  formatRate,
  formatSeconds,
  formatShare,
  metricValue,
  oneLine,
  SUMMARY_COLUMNS,
  wrap,
} from './format.ts'
import { describeLoad } from './load.ts'
import { serverSection } from './server.ts'
import { soundnessSection } from './soundness.ts'
import { plainStyle, type Style, type Tone } from './style.ts'
import { type Column, renderTable } from './table.ts'
import { missedWords, thresholdsSection } from './thresholds.ts'

/** The ending of a run in the terminal: whether it is sound, the seed's table, percentiles, thresholds, failures by signature, exceptions. */
export function renderSummary(record: RunRecord, style: Style = plainStyle): string {
  const sections = [
    headlineSection(record),
    soundnessSection(record.generator, style),
    figuresSection(record, style),
    percentilesSection(record, style),
    transactionsSection(record, style),
    metricsSection(record, style),
    serviceSection(record, style),
    thresholdsSection(record.thresholds, style),
    failuresSection(record, style),
    serverSection(record, style),
    exceptionsSection(record, style),
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

const failing = ({ failures }: Row): Tone | undefined => (failures > 0 ? 'bad' : undefined)

const FIGURES: readonly Column<Row>[] = [
  request,
  column('# Requests', '', ({ count }) => formatCount(count)),
  { ...column('# Failures', '', ({ failures }) => formatCount(failures)), tone: failing },
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

/** From the write of each request. */
const SERVICE: readonly Column<Row>[] = [
  request,
  column('Average', '(ms)', ({ service }) => formatMs(service.averageMs)),
  column('50%', '(ms)', ({ service }) => formatMs(service.medianMs)),
  column('90%', '(ms)', ({ service }) => formatMs(service.p90Ms)),
  column('95%', '(ms)', ({ service }) => formatMs(service.p95Ms)),
  column('99%', '(ms)', ({ service }) => formatMs(service.p99Ms)),
  column('99.9%', '(ms)', ({ service }) => formatMs(service.p999Ms)),
  column('100%', '(ms)', ({ service }) => formatMs(service.maxMs)),
]

function headlineSection(record: RunRecord): string[] {
  const { total, durationSeconds, scenario, host, seed } = record
  const asked = `${formatNoun(total.count, 'request')} in ${formatSeconds(durationSeconds)}`
  const failed = `${formatNoun(total.failures, 'failure')} (${formatShare(total.failures, total.count)})`
  const missed = total.missed === 0 ? [] : [`${formatNoun(total.missed, 'arrival')} missed`]
  const cut = total.interrupted === 0 ? [] : [`${formatCount(total.interrupted)} interrupted by the end`]
  return [
    [asked, `${formatRate(total.perSecond)} a second`, failed, ...missed, ...cut].join(', '),
    ...wrap(`${oneLine(scenario)} against ${host}, ${usersAtWork(record)}, seed ${seed}`, SUMMARY_COLUMNS),
    ...endedBy(record),
  ]
}

function endedBy({ thresholds, abortReason }: RunRecord): string[] {
  if (abortReason !== null) return [`Aborted by the scenario: ${oneLine(abortReason)}`]
  const threshold = thresholds.find(({ endedRun }) => endedRun)
  return threshold === undefined ? [] : [`Ended early by a threshold: ${missedWords(threshold)}`]
}

/** The users there were, beside those asked for where they were fewer. */
function usersAtWork({ load, steering, timeline }: RunRecord): string {
  const peak = timeline.reduce((most, { users }) => Math.max(most, users), 0)
  const changed = steering.length === 0 ? [] : [`changed ${formatNoun(steering.length, 'time')} by hand`]
  if (load.kind === 'open') return [describeLoad(load), `at most ${peak} at work`, ...changed].join(', ')
  const isFixed = load.stages === null && steering.length === 0
  const users =
    !isFixed || peak === load.users
      ? formatNoun(peak, 'user')
      : `${peak} of ${formatNoun(load.users, 'user')}`
  return [users, ...changed].join(', ')
}

function figuresSection(record: RunRecord, style: Style): string[] {
  return record.requests.length === 0
    ? ['No request was answered or failed.']
    : withAggregate(FIGURES, record, style)
}

function percentilesSection(record: RunRecord, style: Style): string[] {
  return record.requests.length === 0 ? [] : withAggregate(PERCENTILES, record, style)
}

/** The other clock, where it is another. */
function serviceSection(record: RunRecord, style: Style): string[] {
  if (record.requests.length === 0) return []
  if (record.load.kind === 'closed') return [style('quiet', CLOSED_CLOCK)]
  return [style('quiet', OPEN_CLOCKS), ...withAggregate(SERVICE, record, style)]
}

const CLOSED_CLOCK = 'Times run from the write: in a closed load response and service time are one.'
const OPEN_CLOCKS = 'Above, response time: since it was due. Below, service time: since its write.'

function withAggregate(columns: readonly Column<Row>[], record: RunRecord, style: Style): string[] {
  const rows = record.requests.map((figures) => ({ ...figures, label: requestLabel(figures) }))
  return renderTable(columns, rows, { ...record.total, label: 'Aggregated' }, style)
}

function transactionsSection({ transactions }: RunRecord, style: Style): string[] {
  if (transactions.length === 0) return []
  const cell = (heading: string, unit: string, of: (row: Transaction) => string): Column<Transaction> => {
    return { heading, unit, align: 'right', cell: of }
  }
  const columns: Column<Transaction>[] = [
    { heading: 'Transaction', align: 'left', cell: ({ name }) => oneLine(name) },
    cell('#', '', ({ count }) => formatCount(count)),
    cell('# Failures', '', ({ failures }) => formatCount(failures)),
    cell('(/s)', '', ({ perSecond }) => formatRate(perSecond)),
    cell('Median', '(ms)', ({ medianMs }) => formatMs(medianMs)),
    cell('95%', '(ms)', ({ p95Ms }) => formatMs(p95Ms)),
    cell('99%', '(ms)', ({ p99Ms }) => formatMs(p99Ms)),
    cell('Max', '(ms)', ({ maxMs }) => formatMs(maxMs)),
  ]
  return renderTable(columns, transactions, undefined, style)
}

type Transaction = RunRecord['transactions'][number]
type Metric = RunRecord['metrics'][number]

function metricsSection({ metrics }: RunRecord, style: Style): string[] {
  if (metrics.length === 0) return []
  const columns: Column<Metric>[] = [
    {
      heading: 'Metric',
      align: 'left',
      cell: ({ name, unit }) => oneLine(unit === '' ? name : `${name} (${unit})`),
    },
    {
      heading: 'Value',
      align: 'right',
      cell: metricValue,
    },
    metricColumn('(/s)', ({ perSecond }) => perSecond),
    metricColumn('#', ({ count }) => count),
    metricColumn('Min', ({ min }) => min),
    metricColumn('Median', ({ median }) => median),
    metricColumn('95%', ({ p95 }) => p95),
    metricColumn('99%', ({ p99 }) => p99),
    metricColumn('Max', ({ max }) => max),
  ]
  return renderTable(columns, metrics, undefined, style)
}

function metricColumn(heading: string, of: (metric: Metric) => number | null): Column<Metric> {
  return { heading, align: 'right', cell: (metric) => formatFigure(of(metric)) }
}

function failuresSection(record: RunRecord, style: Style): string[] {
  if (record.failures.length === 0) return []
  const columns: Column<RunRecord['failures'][number]>[] = [
    ...seenColumns('Failures', record),
    { heading: 'Request', align: 'left', cell: requestLabel },
    { heading: 'What came', align: 'left', wraps: true, cell: ({ signature }) => oneLine(signature) },
  ]
  return renderTable(columns, record.failures, undefined, style)
}

function exceptionsSection(record: RunRecord, style: Style): string[] {
  if (record.exceptions.length === 0) return []
  const columns: Column<RunRecord['exceptions'][number]>[] = [
    ...seenColumns('Exceptions', record),
    { heading: 'Task', align: 'left', cell: ({ user, task }) => oneLine(`${user} ${task}`) },
    {
      heading: 'What the scenario threw',
      align: 'left',
      wraps: true,
      cell: ({ message }) => oneLine(message),
    },
  ]
  return [...renderTable(columns, record.exceptions, undefined, style), ...whereThrown(record.exceptions[0]!)]
}

type Seen = { readonly count: number; readonly firstSeen: string; readonly lastSeen: string }

function seenColumns(heading: string, record: RunRecord): Column<Seen>[] {
  return [
    { heading, align: 'right', cell: ({ count }) => formatCount(count), tone: () => 'bad' },
    { heading: 'First seen', align: 'right', cell: ({ firstSeen }) => elapsed(record, firstSeen) },
    { heading: 'Last seen', align: 'right', cell: ({ lastSeen }) => elapsed(record, lastSeen) },
  ]
}

const PROCTORS_OWN = new URL('..', import.meta.url).href

/** The frames of the scenario's own code. */
function whereThrown({ stack }: { stack: string }): string[] {
  const frames = stack.split('\n').filter((line) => line.trim().startsWith('at '))
  const own = frames.filter((frame) => !frame.includes(PROCTORS_OWN) && !frame.includes('node:'))
  if (own.length === 0) return []
  return ['', 'The first of them was thrown', ...own.slice(0, 3).map((frame) => `  ${oneLine(frame)}`)]
}

/** `GET /students`; what has no method, such as the rest of too many signatures, is its name alone. */
function requestLabel({ method, name }: { method: string; name: string }): string {
  return oneLine(`${method} ${name}`)
}

/** Time since the start of the run. */
function elapsed({ startedAt }: RunRecord, instant: string): string {
  return formatSeconds(Math.max(0, Date.parse(instant) - Date.parse(startedAt)) / 1000)
}
