import { clip, SUMMARY_COLUMNS, widthOf, wrap } from './format.ts'
import { plainStyle, type Style, type Tone } from './style.ts'

/** Columns of text: the first to the left, figures to the right. */
export interface Column<Row> {
  readonly heading: string
  /** A second line of heading: the unit. */
  readonly unit?: string
  readonly align: 'left' | 'right'
  /** Of the last column: what is wider than a summary goes on below, between words. */
  readonly wraps?: boolean
  readonly cell: (row: Row) => string
  readonly tone?: (row: Row) => Tone | undefined
}

const GAP = '  '
/** Longer cells are cut, but in the last column: one long name must not push every figure off the screen. */
const WIDEST_CELL = 48
const LEAST_ROOM = 24

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
  const room = SUMMARY_COLUMNS - widths.slice(0, final).reduce((sum, width) => sum + width + GAP.length, 0)
  const body = cells.map((line, index) => {
    const styled = (column: number, cell: string): string => style(columns[column]!.tone?.(all[index]!), cell)
    const text = line[final]!
    const [first, ...others] = columns[final]!.wraps ? wrap(text, Math.max(room, LEAST_ROOM)) : [text]
    const below = others.map((words) => [...line.slice(0, final).map(() => ''), words])
    return [renderLine([...line.slice(0, final), first!], columns, widths, styled)].concat(
      below.map((each) => renderLine(each, columns, widths)),
    )
  })
  return [
    ...heads,
    rule,
    ...body.slice(0, rows.length).flat(),
    ...(last === undefined ? [] : [rule, ...body.at(-1)!]),
  ]
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
