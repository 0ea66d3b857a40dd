import type { Row } from './comparison.ts'
import type { Spread } from './spread.ts'

const header = [
  'case',
  'client',
  'CPU µs/request',
  'user + system',
  'requests/s',
  'core busy',
  'bytes sent',
  'ratio',
  'quartiles',
  'min–max',
]

/** Medians over the pairs; in parentheses the least and the greatest. The names align left, all others right. */
export function costTable(rows: readonly Row[]): string {
  const cells = [header, ...rows.map(cellsOf)]
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    widths.map((width, column) => aligned(row[column] ?? '', width, column)).join('  ')
  return cells.map((row) => line(row).trimEnd()).join('\n')
}

function aligned(text: string, width: number, column: number): string {
  return column < 2 ? text.padEnd(width) : text.padStart(width)
}

function cellsOf(row: Row): string[] {
  return [
    row.case,
    row.name,
    `${row.cpuMicroseconds.median.toFixed(2)} (${range(row.cpuMicroseconds)})`,
    `${row.userMicroseconds.median.toFixed(2)} + ${row.systemMicroseconds.median.toFixed(2)}`,
    Math.round(row.requestsPerSecond.median).toLocaleString('en'),
    `${Math.round(row.busy.median * 100)} %`,
    String(row.requestBytes),
    ...ratioCells(row.ratio),
  ]
}

function ratioCells(ratio: Spread | undefined): string[] {
  if (!ratio) return ['1']
  const quartiles = `${ratio.lowerQuartile.toFixed(2)}–${ratio.upperQuartile.toFixed(2)}`
  return [ratio.median.toFixed(2), quartiles, range(ratio)]
}

function range({ min, max }: Spread): string {
  return `${min.toFixed(2)}–${max.toFixed(2)}`
}
