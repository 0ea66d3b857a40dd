import { basename } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Load, Plan } from '../engine/plan.ts'
import { latencyFigures } from '../run/figures.ts'
import type { NamedStats, Timeline } from '../run/timeline.ts'
import type { RequestStats } from '../stats/request-stats.ts'
import { formatCount, formatMs, formatNoun, formatShare, oneLine, widthOf } from './format.ts'
import { formatElapsed } from './load.ts'
import { plainStyle, type Style } from './style.ts'
import { type Column, renderTable } from './table.ts'

export type LiveState = 'running' | 'stopping'

const BAR_CELLS = 30
/** Lines of a frame beside the rows of its table; the cursor stands below the last. */
const OTHER_LINES = 14
/** On a lower terminal the lines between the parts go first. */
const ROOMY_ROWS = 17
const BLANK_LINES = 3

/** What a frame has to fit, in lines and cells. */
export interface Size {
  readonly rows: number
  readonly columns: number
}

/** What the live terminal shows of a run; pure, so that a test reads it. */
export function renderFrame(
  plan: Plan,
  timeline: Timeline,
  state: LiveState,
  { rows, columns }: Size,
  style: Style = plainStyle,
): string[] {
  const isRoomy = rows >= ROOMY_ROWS
  const room = Math.max(1, rows - OTHER_LINES + (isRoomy ? 0 : BLANK_LINES))
  const lines = [
    aimLine(plan),
    '',
    progressLine(plan, timeline),
    nowLine(plan, timeline, style),
    '',
    ...requestTable(plan, timeline, { room, columns }, style),
    '',
    ...troubles(timeline).map((line) => style('bad', line)),
    keysLine(plan, timeline, isOver(plan, timeline) ? 'stopping' : state, style),
  ]
  return isRoomy ? lines : lines.filter((line) => line !== '')
}

/** What is run against what; the seed repeats it. */
export function aimLine({ scenario, host, seed }: Plan): string {
  return `${oneLine(basename(scenario))} against ${host}, seed ${seed}`
}

/** The same in one line, where there is no terminal to draw on. */
export function renderPlainLine(timeline: Timeline): string {
  const { medianMs, p95Ms, p99Ms } = latencyFigures(timeline.total.all())
  return [
    `${Math.round(elapsedMs(timeline) / 1000)} s`,
    formatNoun(usersNow(timeline), 'user'),
    `${formatCount(rateNow(timeline))} requests/s`,
    failuresSoFar(timeline),
    `p50 ${formatMs(medianMs)} p95 ${formatMs(p95Ms)} p99 ${formatMs(p99Ms)} ms`,
  ].join('  ')
}

function progressLine({ load: { durationMs } }: Plan, timeline: Timeline): string {
  const elapsed = Math.min(elapsedMs(timeline), durationMs ?? Infinity)
  const seconds = formatElapsed(Math.round(elapsed / 1000))
  return durationMs === null
    ? seconds
    : `${bar(elapsed / durationMs)}  ${seconds} of ${formatElapsed(durationMs / 1000)}`
}

function bar(share: number): string {
  const full = Math.min(BAR_CELLS, Math.floor(share * BAR_CELLS))
  return '━'.repeat(full) + '╌'.repeat(BAR_CELLS - full)
}

function nowLine({ load }: Plan, timeline: Timeline, style: Style): string {
  const tone = timeline.total.failed.count > 0 ? 'bad' : undefined
  const { missed } = timeline.counts
  return [
    usersLine(load, usersNow(timeline)),
    `${formatCount(rateNow(timeline)).padStart(5)} requests/s`,
    style(tone, failuresSoFar(timeline)),
    ...(missed === 0 ? [] : [style('bad', `${formatCount(missed)} missed`)]),
  ].join('   ')
}

/** Beside those asked for, where their number is fixed. */
function usersLine(load: Load, now: number): string {
  if (load.kind === 'open' && load.stages === null) {
    return `${formatNoun(load.arrivalsPerSecond, 'arrival')}/s asked, ${formatNoun(now, 'user')} at work`
  }
  if (load.kind === 'open' || load.stages !== null) return formatNoun(now, 'user')
  return `${String(now).padStart(String(load.users).length)} of ${formatNoun(load.users, 'user')}`
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
  {
    ...column('# Failures', ({ stats }) => formatCount(stats.failed.count)),
    tone: ({ stats }) => (stats.failed.count > 0 ? 'bad' : undefined),
  },
  column('now/s', ({ perSecond }) => formatCount(perSecond)),
  column('p50 (ms)', ({ figures }) => formatMs(figures.medianMs)),
  column('p95 (ms)', ({ figures }) => formatMs(figures.p95Ms)),
  column('p99 (ms)', ({ figures }) => formatMs(figures.p99Ms)),
]

/** Of an open load, where what stands before it is the response time. */
const SERVICE = column('service p99', ({ stats }) => formatMs(latencyFigures(stats.service()).p99Ms))

/** At most `room` names; the rest are counted, so that what stands below stays on the screen. */
function requestTable(
  { load }: Plan,
  timeline: Timeline,
  { room, columns }: { readonly room: number; readonly columns: number },
  style: Style,
): string[] {
  const { requests } = timeline
  if (requests.length === 0) return ['No request has ended yet.']
  const shown = requests.length <= room ? requests : requests.slice(0, Math.max(1, room - 1))
  const hidden = requests.length - shown.length
  const rows = shown.map((request) => row(request, timeline))
  const draw = (drawn: readonly Column<Row>[]): string[] =>
    renderTable(drawn, rows, aggregated(timeline), style)
  const both = load.kind === 'open' ? draw([...COLUMNS, SERVICE]) : []
  const fits = both.length > 0 && both.every((line) => widthOf(stripVTControlCharacters(line)) <= columns)
  const table = fits ? both : draw(COLUMNS)
  // Above the rule and the row over all.
  return hidden === 0 ? table : table.toSpliced(-2, 0, style('quiet', `… and ${formatCount(hidden)} more`))
}

function row({ method, name, stats }: NamedStats, timeline: Timeline): Row {
  const now = timeline.seconds
    .at(-1)
    ?.requests.find((other) => other.method === method && other.name === name)
  const figures = latencyFigures(stats.all())
  return { label: oneLine(`${method} ${name}`), stats, perSecond: now?.count ?? 0, figures }
}

function aggregated(timeline: Timeline): Row {
  const figures = latencyFigures(timeline.total.all())
  return { label: 'Aggregated', stats: timeline.total, perSecond: rateNow(timeline), figures }
}

/** What went wrong last, one failure and one exception. */
function troubles(timeline: Timeline): string[] {
  const failure = newest(timeline.failures.groups)
  const exception = newest(timeline.exceptions.groups)
  const lines = [
    ...(failure === undefined
      ? []
      : [
          `${formatCount(failure.count)} × ${failure.what.method} ${failure.what.name}: ${failure.what.signature}`,
        ]),
    ...(exception === undefined
      ? []
      : [
          `${formatCount(exception.count)} × ${exception.what.user} ${exception.what.task} threw ${exception.what.message}`,
        ]),
  ]
  return lines.map(oneLine)
}

function newest<T extends { readonly lastSeen: number }>(groups: readonly T[]): T | undefined {
  return groups.toSorted((a, b) => b.lastSeen - a.lastSeen)[0]
}

function keysLine({ load }: Plan, timeline: Timeline, state: LiveState, style: Style): string {
  const what = load.kind === 'closed' ? 'users' : 'arrivals/s'
  if (state === 'running') return style('quiet', `w/s ± 1, W/S ± 10 ${what}   Ctrl-C stops and reports`)
  const waiting = formatNoun(timeline.seconds.at(-1)?.inFlight ?? 0, 'request')
  return style('strong', `Stopping: ${waiting} under way. Ctrl-C leaves at once.`)
}

/** Whether the load's time is over, and only what is under way is waited for. */
function isOver({ load: { durationMs } }: Plan, timeline: Timeline): boolean {
  return durationMs !== null && elapsedMs(timeline) >= durationMs
}

function elapsedMs(timeline: Timeline): number {
  return timeline.seconds.at(-1)?.elapsedMs ?? 0
}

function failuresSoFar({ total }: Timeline): string {
  return `${formatNoun(total.failed.count, 'failure')} (${formatShare(total.failed.count, total.count)})`
}

function usersNow(timeline: Timeline): number {
  return timeline.seconds.at(-1)?.users ?? 0
}

function rateNow(timeline: Timeline): number {
  return (timeline.seconds.at(-1)?.requests ?? []).reduce((sum, { count }) => sum + count, 0)
}
