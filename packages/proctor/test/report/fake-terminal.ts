import type { Terminal } from '../../src/report/screen.ts'

/** Codes of the terminal, line ends, and the text between them. */
const ESC = '\u001b'
const TOKENS = new RegExp(`${ESC}\\[[?\\d]*[A-Za-z]|[\\r\\n]|[^${ESC}\\r\\n]+`, 'g')

/** Keeps what is written, and shows it as a terminal would: the few codes that Screen writes, and no others. */
export class FakeTerminal implements Terminal {
  readonly isTTY: boolean
  readonly hasColors: boolean
  rows: number
  columns: number
  text = ''

  constructor({ isTTY = false, rows = 24, columns = 100, hasColors = false } = {}) {
    this.isTTY = isTTY
    this.rows = rows
    this.columns = columns
    this.hasColors = hasColors
  }

  write(text: string): void {
    this.text += text
  }

  /** The lines that are seen, without those that scrolled away. */
  screen(): string {
    const lines = ['']
    let row = 0
    for (const [token] of this.text.matchAll(TOKENS)) {
      if (token === '\n') lines[++row] ??= ''
      else if (token === '\r') continue
      else if (!token.startsWith(ESC)) lines[row] = token
      else if (token.endsWith('A')) row -= Number(token.slice(2, -1))
      else if (token.endsWith('J')) lines.splice(row, Infinity, '')
      else if (!/[Khlm]$/.test(token)) throw new Error(`unexpected ${JSON.stringify(token)}`)
      if (row < 0) throw new Error('the cursor went up beyond what was drawn')
    }
    return lines.join('\n').trimEnd()
  }
}
