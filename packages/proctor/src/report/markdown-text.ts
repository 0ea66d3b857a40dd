import { oneLine } from './format.ts'

export interface MarkdownColumn<Row> {
  readonly heading: string
  readonly align: 'left' | 'right'
  /** Markdown: what others wrote has gone through `plain`. */
  readonly cell: (row: Row) => string
}

export function markdownTable<Row>(columns: readonly MarkdownColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ heading }) => heading),
    columns.map(({ align }) => (align === 'left' ? '---' : '---:')),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** What others wrote, as text and nothing else: no markup, no link, no HTML, on one line. */
export function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|~#&]/g, (sign) =>
    sign === '<' ? '&lt;' : sign === '&' ? '&amp;' : `\\${sign}`,
  )
}

/** A block that shows the text as it is; whatever it holds, it cannot end the block. */
export function codeBlock(text: string, language = ''): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  const shown = text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, '·')
  return `${fence}${language}\n${shown}\n${fence}`
}
