/** Columns of text: the first to the left, figures to the right. */
export interface Column<Row> {
  readonly heading: string
  /** A second line of heading: the unit. */
  readonly unit?: string
  readonly align: 'left' | 'right'
  readonly cell: (row: Row) => string
}

const GAP = '  '

/** Heading lines, then a line for each row; `width` lines up tables that stand above each other. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const lines = [columns.map(({ heading }) => heading)]
  if (columns.some(({ unit }) => unit !== undefined)) lines.push(columns.map(({ unit }) => unit ?? ''))
  const headings = lines.length
  for (const row of rows) lines.push(columns.map(({ cell }) => cell(row)))
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)))
  const rendered = lines.map((cells) =>
    cells
      .map((cell, column) => pad(cell, widths[column]!, columns[column]!.align))
      .join(GAP)
      .trimEnd(),
  )
  return [...rendered.slice(0, headings), rule(widths), ...rendered.slice(headings)]
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  return align === 'left' ? cell.padEnd(width) : cell.padStart(width)
}

function rule(widths: readonly number[]): string {
  return widths.map((width) => '─'.repeat(width)).join(GAP)
}
