import type { Load } from '../engine/plan.ts'
import { SHORT_ID } from '../history/find-run.ts'
import type { KeptRun } from '../history/kept-run.ts'
import { formatCount, formatMs, formatNoun, oneLine, widthOf } from './format.ts'
import { formatElapsed } from './load.ts'
import { plainStyle, type Style } from './style.ts'
import { type Column, renderTable } from './table.ts'

/** Kept runs as a table, the newest first. Where it is too wide, the columns that say least are left out. */
export function renderRuns(runs: readonly KeptRun[], style: Style = plainStyle, width = Infinity): string {
  const choices = [...LEFT_OUT.keys(), LEFT_OUT.length].map((count) => {
    const without = new Set(LEFT_OUT.slice(0, count))
    return COLUMNS.filter(({ heading }) => !without.has(heading))
  })
  const fitting = choices.find((columns) => {
    return renderTable(columns, runs).every((line) => widthOf(line) <= width)
  })
  return renderTable(fitting ?? choices.at(-1)!, runs, undefined, style).join('\n')
}

/** `Run 3f2a9c1e of 2026-01-02 15:04, completed, before the index #good`. */
export function describeRun(run: KeptRun, style: Style = plainStyle): string {
  const said = [
    `Run ${run.runId.slice(0, SHORT_ID)} of ${formatInstant(run.startedAt)}`,
    STATES[run.state],
    labels(run),
  ]
  const line = said.filter((part) => part !== '').join(', ')
  return run.error === null ? line : `${line}\n${style('bad', `It broke off: ${oneLine(run.error)}`)}`
}

const STATES: Record<KeptRun['state'], string> = {
  running: 'still going on: as it stood at its last second',
  completed: 'completed',
  stopped: 'stopped by hand',
  aborted: 'ended by a threshold',
  crashed: 'broken off: what it had told until then',
}

/** `2026-01-02 15:04`, as clocks here show it. */
export function formatInstant(instant: string): string {
  return new Date(instant).toLocaleString('sv-SE').slice(0, 16)
}

/** In this order. */
const LEFT_OUT: readonly string[] = ['Host', 'Load', 'Scenario', 'Verdict', 'p99']

const COLUMNS: readonly Column<KeptRun>[] = [
  { heading: 'Run', align: 'left', cell: ({ runId }) => runId.slice(0, SHORT_ID) },
  { heading: 'When', align: 'left', cell: ({ startedAt }) => formatInstant(startedAt) },
  { heading: 'Scenario', align: 'left', cell: ({ scenario }) => oneLine(scenario) },
  { heading: 'Host', align: 'left', cell: ({ host }) => host.replace(/^http:\/\//, '') },
  { heading: 'Load', align: 'left', cell: ({ load }) => shortLoad(load) },
  { heading: 'Requests', align: 'right', cell: ({ requests }) => formatCount(requests) },
  {
    heading: 'Failures',
    align: 'right',
    cell: ({ failures }) => formatCount(failures),
    tone: ({ failures }) => (failures > 0 ? 'bad' : undefined),
  },
  { heading: 'p99', unit: '(ms)', align: 'right', cell: ({ p99Ms }) => formatMs(p99Ms) },
  {
    heading: 'Verdict',
    align: 'left',
    cell: verdictWords,
    tone: ({ verdict, thresholdsMissed }) => (verdict === 'void' || thresholdsMissed > 0 ? 'bad' : undefined),
  },
  {
    heading: 'State',
    align: 'left',
    cell: ({ state }) => state,
    tone: ({ state }) => (state === 'crashed' ? 'bad' : undefined),
  },
  { heading: 'Name and tags', align: 'left', cell: labels },
]

function verdictWords({ verdict, thresholdsMissed }: KeptRun): string {
  const missed = thresholdsMissed === 0 ? [] : [`${thresholdsMissed} missed`]
  return [verdict, ...missed].join(', ')
}

function labels({ name, tags }: KeptRun): string {
  return [...(name === null ? [] : [name]), ...tags.map((tag) => `#${tag}`)].join(' ')
}

/** `50 users, 60 s`, `500/s, 60 s`. */
function shortLoad(load: Load): string {
  const what = load.kind === 'closed' ? formatNoun(load.users, 'user') : `${load.arrivalsPerSecond}/s`
  const shaped =
    load.stages === null ? [what] : load.stages === 'scenario' ? ['shape'] : [`stages to ${what}`]
  const bound = load.durationMs === null ? [] : [formatElapsed(load.durationMs / 1000)]
  return [...shaped, ...bound].join(', ')
}
