import type { ExceptionRecord, FailureRecord, HistogramRecord, RunRecord } from '../run/record.ts'
import { PERCENTILES } from '../run/figures.ts'
import type { TimelineSecond } from '../run/timeline-second.ts'

/** Locust's files, column by column: scripts that read those read these. */

type Cell = string | number | null
type Figures = RunRecord['total'] | RunRecord['requests'][number]

const PERCENTILE_NAMES = PERCENTILES.map((quantile) => `${Number((quantile * 100).toFixed(2))}%`)

const STATS = [
  'Type',
  'Name',
  'Request Count',
  'Failure Count',
  'Median Response Time',
  'Average Response Time',
  'Min Response Time',
  'Max Response Time',
  'Average Content Size',
  'Requests/s',
  'Failures/s',
  ...PERCENTILE_NAMES,
]

/** `_stats.csv`: each request name, then all. */
export function statsCsv({ requests, total }: RunRecord): string {
  const rows = requests.map((request) => [request.method, request.name, ...statsCells(request)])
  return csv(STATS, [...rows, ['', 'Aggregated', ...statsCells(total)]])
}

function statsCells(of: Figures): Cell[] {
  const times = [of.medianMs, of.averageMs, of.minMs, of.maxMs, of.averageBytes].map((figure) => figure ?? 0)
  const percentiles = PERCENTILES.map((quantile) => percentileMs(of, quantile) ?? 'N/A')
  return [of.count, of.failures, ...times, of.perSecond, of.failuresPerSecond, ...percentiles]
}

/** By nearest rank, as the histogram itself answers; in milliseconds. */
function percentileMs({ histogram, count, minMs, maxMs }: Figures, quantile: number): number | null {
  if (minMs === null || maxMs === null) return null
  const rank = Math.max(1, Math.ceil(quantile * count - 1e-9))
  if (rank === 1) return minMs
  if (rank >= count) return maxMs
  const bucket = bucketOf(histogram, rank)
  const boundMs = (index: number): number => 2 ** (index / 2 ** histogram.scale) * 1000
  const low = Math.max(boundMs(bucket), minMs)
  const high = Math.min(boundMs(bucket + 1), maxMs)
  return Math.round(low * Math.sqrt(high / low) * 1000) / 1000
}

function bucketOf({ buckets }: HistogramRecord['histogram'], rank: number): number {
  let seen = 0
  for (const [bucket, count] of buckets) {
    seen += count
    if (seen >= rank) return bucket
  }
  return buckets.at(-1)![0]
}

const HISTORY = [
  'Timestamp',
  'User Count',
  'Type',
  'Name',
  'Requests/s',
  'Failures/s',
  ...PERCENTILE_NAMES,
  'Total Request Count',
  'Total Failure Count',
  'Total Median Response Time',
  'Total Average Response Time',
  'Total Min Response Time',
  'Total Max Response Time',
  'Total Average Content Size',
]

interface SoFar {
  count: number
  failures: number
  ms: number
  minMs: number
  maxMs: number
  bytes: number
}

/** `_stats_history.csv`: each second over all names, and the run until then. */
export function historyCsv({ timeline, startedAt }: RunRecord): string {
  const soFar = { count: 0, failures: 0, ms: 0, minMs: Infinity, maxMs: 0, bytes: 0 }
  const rows = timeline.map((second) => {
    addSecond(soFar, second)
    return [...secondCells(second, Date.parse(startedAt)), ...soFarCells(soFar, second)]
  })
  return csv(HISTORY, rows)
}

function addSecond(soFar: SoFar, { total }: TimelineSecond): void {
  soFar.count += total.count
  soFar.failures += total.failures
  soFar.ms += total.count * (total.averageMs ?? 0)
  soFar.minMs = Math.min(soFar.minMs, total.minMs ?? Infinity)
  soFar.maxMs = Math.max(soFar.maxMs, total.percentilesMs.at(-1) ?? 0)
  soFar.bytes += total.count * (total.averageBytes ?? 0)
}

function secondCells({ elapsedMs, users, total }: TimelineSecond, startedAt: number): Cell[] {
  const percentiles = PERCENTILES.map((_, index) => total.percentilesMs[index] ?? 'N/A')
  const timestamp = Math.floor((startedAt + elapsedMs) / 1000)
  return [timestamp, users, '', 'Aggregated', total.count, total.failures, ...percentiles]
}

function soFarCells({ count, failures, ms, minMs, maxMs, bytes }: SoFar, { total }: TimelineSecond): Cell[] {
  if (count === 0) return [0, 0, 0, 0, 0, 0, 0]
  return [count, failures, total.medianSoFarMs, ms / count, minMs, maxMs, bytes / count]
}

/** `_failures.csv`. */
export function failuresCsv({ failures }: { readonly failures: readonly FailureRecord[] }): string {
  return csv(
    ['Method', 'Name', 'Error', 'Occurrences', 'First Seen', 'Last Seen'],
    failures.map(({ method, name, signature, count, firstSeen, lastSeen }) => [
      method,
      name,
      signature,
      count,
      firstSeen,
      lastSeen,
    ]),
  )
}

/** `_exceptions.csv`. */
export function exceptionsCsv({ exceptions }: { readonly exceptions: readonly ExceptionRecord[] }): string {
  return csv(
    ['Count', 'Message', 'Traceback', 'Nodes'],
    exceptions.map(({ count, message, stack }) => [count, message, stack, 'local']),
  )
}

/** Each file of `--csv PREFIX` by what stands behind the prefix. */
export const CSV_FILES: Readonly<Record<string, (record: RunRecord) => string>> = {
  _stats: statsCsv,
  _stats_history: historyCsv,
  _failures: failuresCsv,
  _exceptions: exceptionsCsv,
}

/** RFC 4180. */
function csv(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [headings, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** A service's own words must be no formula to who opens the file. */
function cell(value: Cell): string {
  if (typeof value !== 'string') return String(value ?? 0)
  const text = /^[=+@-]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
