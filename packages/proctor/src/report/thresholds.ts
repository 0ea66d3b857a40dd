import type { FirstMissed, ThresholdRecord } from '../run/threshold-record.ts'
import { holds, type Operator, type Unit } from '../threshold/threshold.ts'
import { formatMs, formatRate, formatShare, oneLine } from './format.ts'
import type { Style } from './style.ts'
import { type Column, renderTable } from './table.ts'

/** The summary's section: each threshold with its verdict, its limit and what came. */
export function thresholdsSection(thresholds: readonly ThresholdRecord[], style: Style): string[] {
  if (thresholds.length === 0) return []
  const isAnyExplained = thresholds.some((threshold) => whyMissed(threshold) !== '')
  return renderTable(isAnyExplained ? [...COLUMNS, WHY] : COLUMNS, thresholds, undefined, style)
}

const COLUMNS: readonly Column<ThresholdRecord>[] = [
  {
    heading: 'Threshold',
    align: 'left',
    cell: ({ state }) => (state === 'held' ? '✓ held' : '✗ missed'),
    tone: ({ state }) => (state === 'held' ? undefined : 'bad'),
  },
  { heading: 'Of', align: 'left', cell: figureOf },
  {
    heading: 'Limit',
    align: 'right',
    cell: ({ operator, limit, unit }) => `${operator} ${limit}${unitOf(unit)}`,
  },
  { heading: 'Value', align: 'right', cell: (threshold) => formatValue(threshold, threshold.value) },
]

const WHY: Column<ThresholdRecord> = { heading: 'Why', align: 'left', cell: whyMissed }

const MOST_LIVE = 3

/** A line for each of the first few; none when none is missed. */
export function missedLines(missed: readonly ThresholdRecord[], style: Style): string[] {
  const lines = missed.slice(0, MOST_LIVE).map((threshold) => `✗ ${oneLine(missedWords(threshold))}`)
  if (missed.length > MOST_LIVE) lines.push(`✗ and ${missed.length - MOST_LIVE} more thresholds missed`)
  return lines.map((line) => style('bad', line))
}

/** `GET /students p99<200ms: 231 ms`. */
export function missedWords(threshold: ThresholdRecord): string {
  const { value, firstMissed, expression } = threshold
  const first = firstMissed === null ? value : firstMissed.value
  const what = first === null ? 'no samples' : formatValue(threshold, first)
  const when = firstMissed === null ? '' : ` ${windowWords(threshold, firstMissed)}`
  return oneLine(`${expression}: ${what}${when}`)
}

/** `GET /students p99 over 10 s`. */
function figureOf({ request, metric, windowSeconds }: ThresholdRecord): string {
  const over = windowSeconds === null ? [] : [`over ${windowSeconds} s`]
  return oneLine([...(request === null ? [] : [request]), metric, ...over].join(' '))
}

function whyMissed(threshold: ThresholdRecord): string {
  const ended = threshold.endedRun ? ['ended the run'] : []
  return [...reasonWords(threshold), ...ended].join('; ')
}

function reasonWords(threshold: ThresholdRecord): string[] {
  const { reason, nearestRequest, firstMissed, windowSeconds, value } = threshold
  if (reason === null) return []
  if (reason === 'no-whole-window') return [`the load was shorter than ${windowSeconds} s`]
  if (nearestRequest !== null) return [`did you mean ${oneLine(nearestRequest)}?`]
  if (firstMissed === null) return reason === 'no-samples' ? ['no samples'] : []
  if (firstMissed.value === null) return [`no samples ${windowWords(threshold, firstMissed)}`]
  const first = firstMissed.value === value ? '' : `first ${formatValue(threshold, firstMissed.value)} `
  return [first + windowWords(threshold, firstMissed)]
}

/** `from 32 to 42 s`: since the start of the run. */
function windowWords({ windowSeconds }: ThresholdRecord, { second }: FirstMissed): string {
  return `from ${second + 1 - (windowSeconds ?? 0)} to ${second + 1} s`
}

const DECIMALS = 3

/** Beside its limit a value must not look as if it held when it did not: then it has more digits. */
function formatValue(
  threshold: { readonly operator: Operator; readonly limit: number; readonly unit: Unit },
  value: number | null,
): string {
  if (value === null) return '–'
  const verdict = holds(threshold, value)
  const texts = [FORMATS[threshold.unit](value), value.toFixed(1), value.toFixed(DECIMALS), String(value)]
  const text = texts.find((each) => holds(threshold, Number(each)) === verdict) ?? String(value)
  return text + unitOf(threshold.unit)
}

const FORMATS: Record<Unit, (value: number) => string> = {
  ms: formatMs,
  '%': (value) => formatShare(value, 100).replace(' %', ''),
  '/s': formatRate,
  '': String,
}

function unitOf(unit: Unit): string {
  return unit === '/s' ? unit : unit === '' ? '' : ` ${unit}`
}
