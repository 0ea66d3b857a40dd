import type { Finding } from '../analysis/finding.ts'
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
} from './format.ts'
import { describeLoad } from './load.ts'
import { failureSection } from './markdown-failures.ts'
import { markdownTable, type MarkdownColumn, plain } from './markdown-text.ts'
import type { Report } from './report.ts'
import { soundnessSection } from './soundness.ts'
import { plainStyle } from './style.ts'
import { missedWords } from './thresholds.ts'

/** A report as a page to be kept beside the tests: overview, table, observations, recommendations, failures whole. */
export function renderMarkdown(report: Report): string {
  const sections = [
    [`# Load Testing - ${plain(report.scenario)} against ${plain(report.host)}`],
    ['## Overview', ...overview(report)],
    ['## Observations from Load Testing', '### Summary Table', summaryTable(report)],
    ['### Percentiles', percentilesTable(report)],
    ...optional('### Transactions', transactionsTable(report)),
    ...optional('### Metrics', metricsTable(report)),
    ...optional('### Thresholds', thresholdLines(report)),
    ...optional('### Observations', report.findings.map(observation)),
    ...optional('### Exceptions', exceptionLines(report)),
    ...optional('## Recommendations', recommendations(report.findings)),
    ...(report.failures.length === 0
      ? []
      : [['## Failures', ...report.failures.flatMap((failure) => failureSection(failure, report))]]),
    ['## Notes', notes(report).join('\n')],
  ]
  return `${sections.flat().join('\n\n')}\n`
}

function optional(heading: string, lines: readonly string[]): string[][] {
  return lines.length === 0 ? [] : [[heading, lines.join('\n')]]
}

function overview(report: Report): string[] {
  const { total, startedAt, durationSeconds, load, seed } = report
  const when = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`
  const failed = `${formatNoun(total.failures, 'failure')} (${formatShare(total.failures, total.count)})`
  return [
    `${formatNoun(total.count, 'request')} in ${formatSeconds(durationSeconds)}, ${formatRate(total.perSecond)} a second, ${failed}.`,
    `Run on ${when}: ${describeLoad(load)}, seed ${seed}.`,
    soundnessSection(report.generator, plainStyle).map(plain).join('\n'),
  ]
}

type Row = RunRecord['total'] & { readonly label: string }

function rows(report: Report): Row[] {
  const named = report.requests.map((figures) => {
    return { ...report.total, ...figures, label: plain(`${figures.method} ${figures.name}`) }
  })
  return [...named, { ...report.total, label: '**Aggregated**' }]
}

const right = (heading: string, cell: (row: Row) => string): MarkdownColumn<Row> => ({
  heading,
  align: 'right',
  cell,
})
const request: MarkdownColumn<Row> = { heading: 'Request', align: 'left', cell: ({ label }) => label }

/** The columns of the page that this one follows. */
function summaryTable(report: Report): string {
  return markdownTable(
    [
      request,
      right('# Requests', ({ count }) => formatCount(count)),
      right('# Failures', ({ failures }) => formatCount(failures)),
      right('Median (ms)', ({ medianMs }) => formatMs(medianMs)),
      right('Average (ms)', ({ averageMs }) => formatMs(averageMs)),
      right('Min (ms)', ({ minMs }) => formatMs(minMs)),
      right('Max (ms)', ({ maxMs }) => formatMs(maxMs)),
      right('Avg Size (bytes)', ({ averageBytes }) => formatBytes(averageBytes)),
    ],
    rows(report),
  )
}

function percentilesTable(report: Report): string {
  return markdownTable(
    [
      request,
      right('Requests/s', ({ perSecond }) => formatRate(perSecond)),
      right('Failures/s', ({ failuresPerSecond }) => formatRate(failuresPerSecond)),
      right('50% (ms)', ({ medianMs }) => formatMs(medianMs)),
      right('90% (ms)', ({ p90Ms }) => formatMs(p90Ms)),
      right('95% (ms)', ({ p95Ms }) => formatMs(p95Ms)),
      right('99% (ms)', ({ p99Ms }) => formatMs(p99Ms)),
      right('99.9% (ms)', ({ p999Ms }) => formatMs(p999Ms)),
    ],
    rows(report),
  )
}

function transactionsTable({ transactions }: Report): string[] {
  if (transactions.length === 0) return []
  return [
    markdownTable(
      [
        { heading: 'Transaction', align: 'left', cell: ({ name }) => plain(name) },
        { heading: '#', align: 'right', cell: ({ count }) => formatCount(count) },
        { heading: '# Failures', align: 'right', cell: ({ failures }) => formatCount(failures) },
        { heading: 'Median (ms)', align: 'right', cell: ({ medianMs }) => formatMs(medianMs) },
        { heading: '95% (ms)', align: 'right', cell: ({ p95Ms }) => formatMs(p95Ms) },
        { heading: '99% (ms)', align: 'right', cell: ({ p99Ms }) => formatMs(p99Ms) },
      ],
      transactions,
    ),
  ]
}

function metricsTable({ metrics }: Report): string[] {
  if (metrics.length === 0) return []
  return [
    markdownTable(
      [
        {
          heading: 'Metric',
          align: 'left',
          cell: ({ name, unit }) => plain(unit === '' ? name : `${name} (${unit})`),
        },
        { heading: 'Value', align: 'right', cell: metricValue },
        figure('/s', ({ perSecond }) => perSecond),
        figure('#', ({ count }) => count),
        figure('Median', ({ median }) => median),
        figure('95%', ({ p95 }) => p95),
        figure('99%', ({ p99 }) => p99),
        figure('Max', ({ max }) => max),
      ],
      metrics,
    ),
  ]
}

type Metric = Report['metrics'][number]

function figure(heading: string, of: (metric: Metric) => number | null): MarkdownColumn<Metric> {
  return { heading, align: 'right', cell: (metric) => formatFigure(of(metric)) }
}

function thresholdLines({ thresholds }: Report): string[] {
  return thresholds.map((threshold) => {
    return threshold.state === 'held'
      ? `- held: ${plain(threshold.expression)}`
      : `- **missed**: ${plain(missedWords(threshold))}`
  })
}

function observation({ title, certainty, evidence }: Finding): string {
  const doubt = certainty === 'certain' ? '' : ` (${certainty})`
  return [`- ${plain(title)}${doubt}`, ...evidence.map((each) => `  - ${plain(each)}`)].join('\n')
}

/** Each once, in the order of what they would change. */
function recommendations(findings: readonly Finding[]): string[] {
  const said = findings.flatMap(({ recommendation }) => recommendation ?? [])
  return [...new Set(said)].map((each, index) => `${index + 1}. ${plain(each)}`)
}

function exceptionLines({ exceptions }: Report): string[] {
  return exceptions.map(({ user, task, message, count }) => {
    return `- ${formatNoun(count, 'time')}, in ${plain(`${user} ${task}`)}: ${plain(message)}`
  })
}

function notes({ runId, environment, steering }: Report): string[] {
  const { proctorVersion, node, os, cpus } = environment
  const changed =
    steering.length === 0 ? [] : [`- The load was changed ${formatNoun(steering.length, 'time')} by hand.`]
  return [
    ...changed,
    `- Made by Proctor ${proctorVersion} on Node ${node}, ${oneLine(os)}, ${formatNoun(cpus, 'processor')}.`,
    `- Run ${runId}: \`proctor explain ${runId.slice(0, 8)}\` where it is kept.`,
  ]
}
