import type { Plan } from '../engine/plan.ts'
import { latencyFigures } from '../run/figures.ts'
import type { NamedStats, Timeline } from '../run/timeline.ts'
import type { RequestStats } from '../stats/request-stats.ts'
import {
  formatCount,
  formatMs,
  formatNoun,
  formatRate,
  formatSeconds,
  formatShare,
  oneLine,
} from './format.ts'
import { type Column, renderTable } from './table.ts'

const BAR_CELLS = 30

/** What the live terminal shows of a run; pure, so that a test reads it. */
export function renderFrame(plan: Plan, timeline: Timeline, state: 'running' | 'stopping'): string[] {
  return [statusLine(plan, timeline, state), '', ...requestTable(timeline), '', ...footer(timeline, state)]
}

/** The same in one line, where there is no terminal to draw on. */
export function renderPlainLine(timeline: Timeline): string {
  const { medianMs, p95Ms, p99Ms } = latencyFigures(timeline.total.all())
  const last = timeline.seconds.at(-1)
  return [
    `${timeline.seconds.length} s`,
    formatNoun(last?.users ?? 0, 'user'),
    `${formatRate(rateNow(timeline))} requests/s`,
    failuresSoFar(timeline),
    `p50 ${formatMs(medianMs)} p95 ${formatMs(p95Ms)} p99 ${formatMs(p99Ms)} ms`,
  ].join('  ')
}

function statusLine(plan: Plan, timeline: Timeline, state: 'running' | 'stopping'): string {
  const seconds = timeline.seconds.length
  const { durationMs } = plan.load
  const users = `${timeline.seconds.at(-1)?.users ?? 0} of ${formatNoun(plan.load.users, 'user')}`
  const progress =
    durationMs === null
      ? formatSeconds(seconds)
      : `${bar((seconds * 1000) / durationMs)}  ${seconds} of ${formatSeconds(durationMs / 1000)}`
  const rate = `${formatRate(rateNow(timeline))} requests/s`
  return [progress, users, rate, failuresSoFar(timeline), ...(state === 'stopping' ? ['stopping'] : [])].join(
    '   ',
  )
}

function bar(share: number): string {
  const full = Math.min(BAR_CELLS, Math.floor(share * BAR_CELLS))
  return '━'.repeat(full) + '╌'.repeat(BAR_CELLS - full)
}

type Row = {
  label: string
  stats: RequestStats
  perSecond: number
  figures: ReturnType<typeof latencyFigures>
}

function column(heading: string, cell: (row: Row) => string): Column<Row> {
  return { heading, align: 'right', cell }
}

const COLUMNS: readonly Column<Row>[] = [
  { heading: 'Request', align: 'left', cell: ({ label }) => label },
  column('# Requests', ({ stats }) => formatCount(stats.count)),
  column('# Failures', ({ stats }) => formatCount(stats.failed.count)),
  column('now/s', ({ perSecond }) => formatRate(perSecond)),
  column('p50 (ms)', ({ figures }) => formatMs(figures.medianMs)),
  column('p95 (ms)', ({ figures }) => formatMs(figures.p95Ms)),
  column('p99 (ms)', ({ figures }) => formatMs(figures.p99Ms)),
]

function requestTable(timeline: Timeline): string[] {
  const rows = timeline.requests.map((request) => row(request, timeline))
  return rows.length === 0 ? ['No answer yet.'] : renderTable(COLUMNS, rows)
}

function row({ method, name, stats }: NamedStats, timeline: Timeline): Row {
  const now = timeline.seconds
    .at(-1)
    ?.requests.find((other) => other.method === method && other.name === name)
  const figures = latencyFigures(stats.all())
  return { label: oneLine(`${method} ${name}`), stats, perSecond: now?.count ?? 0, figures }
}

function footer(timeline: Timeline, state: 'running' | 'stopping'): string[] {
  const newest = timeline.failures.groups.toSorted((a, b) => b.lastSeen - a.lastSeen)[0]
  const failure =
    newest === undefined
      ? []
      : [
          oneLine(`${newest.what.method} ${newest.what.name}: ${newest.what.signature}`) +
            ` (${newest.count} so far)`,
        ]
  const keys =
    state === 'running'
      ? 'Ctrl-C stops and reports'
      : 'waiting for the requests under way; Ctrl-C leaves at once'
  return [...failure, keys]
}

function failuresSoFar({ total }: Timeline): string {
  return `${formatNoun(total.failed.count, 'failure')} (${formatShare(total.failed.count, total.count)})`
}

function rateNow(timeline: Timeline): number {
  return (timeline.seconds.at(-1)?.requests ?? []).reduce((sum, { count }) => sum + count, 0)
}
