import { clip, widthOf } from './format.ts'
import { plainStyle, type Style, type Tone } from './style.ts'

/** Columns of text: the first to the left, figures to the right. */
export interface Column<Row> {
  readonly heading: string
  /** A second line of heading: the unit. */
  readonly unit?: string
  readonly align: 'left' | 'right'
  readonly cell: (row: Row) => string
  readonly tone?: (row: Row) => Tone | undefined
}

const GAP = '  '
/** Longer cells are cut, but in the last column: one long name must not push every figure off the screen. */
const WIDEST_CELL = 48

/** Heading lines, a rule, then a line for each row; `last` stands below a rule of its own. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  last?: Row,
  style: Style = plainStyle,
): string[] {
  const headings = [columns.map(({ heading }) => heading)]
  if (columns.some(({ unit }) => unit !== undefined)) headings.push(columns.map(({ unit }) => unit ?? ''))
  const all = last === undefined ? rows : [...rows, last]
  const final = columns.length - 1
  const cells = all.map((row) =>
    columns.map(({ cell }, column) => (column === final ? cell(row) : clip(cell(row), WIDEST_CELL))),
  )
  const widths = columns.map(({ align }, column) => {
    const lines = column === final && align === 'left' ? headings : [...headings, ...cells]
    return lines.reduce((widest, line) => Math.max(widest, widthOf(line[column]!)), 0)
  })
  const rule = style('quiet', widths.map((width) => '─'.repeat(width)).join(GAP))
  const heads = headings.map((line) => renderLine(line, columns, widths))
  const body = cells.map((line, index) =>
    renderLine(line, columns, widths, (column, text) => style(columns[column]!.tone?.(all[index]!), text)),
  )
  return [...heads, rule, ...body.slice(0, rows.length), ...(last === undefined ? [] : [rule, body.at(-1)!])]
}

function renderLine<Row>(
  cells: readonly string[],
  columns: readonly Column<Row>[],
  widths: readonly number[],
  styled: (column: number, text: string) => string = (_, text) => text,
): string {
  const padded = cells.map((cell, column) => pad(cell, widths[column]!, columns[column]!.align))
  return padded
    .map((cell, column) => styled(column, column === padded.length - 1 ? cell.trimEnd() : cell))
    .join(GAP)
    .trimEnd()
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(cell)))
  return align === 'left' ? cell + space : space + cell
}
