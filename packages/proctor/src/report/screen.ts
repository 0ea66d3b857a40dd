import { stripVTControlCharacters } from 'node:util'
import { widthOf } from './format.ts'

/** Where a live display is drawn. */
export interface Terminal {
  readonly isTTY: boolean
  /** Whether colours are seen, and not unwanted (`NO_COLOR`). */
  readonly hasColors: boolean
  /** Height in lines and width in cells; asked at each drawing, since people resize. */
  readonly rows: number
  readonly columns: number
  write(text: string): void
}

const ESC = '\u001b['
const HIDE_CURSOR = `${ESC}?25l`
const SHOW_CURSOR = `${ESC}?25h`
/** Terminals that know it show the whole frame at once; the others ignore it. */
const BEGIN_FRAME = `${ESC}?2026h`
const END_FRAME = `${ESC}?2026l`
/** A line that wrapped would be two, and the count of lines to go back wrong: what is too long is cut off. */
const NO_WRAP = `${ESC}?7l`
const WRAP = `${ESC}?7h`
const CLEAR_TO_END_OF_LINE = `${ESC}K`
const CLEAR_BELOW = `${ESC}J`

/** Redraws a few lines in place. Lines are written over, never blanked first: nothing flickers. */
export class Screen {
  readonly #terminal: Terminal
  #drawn: readonly string[] = []

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  draw(lines: readonly string[]): void {
    const { rows, columns } = this.#terminal
    const fitting = lines.length < rows ? lines : cut(lines, Math.max(1, rows - 1))
    const frame = fitting.map((line) => `${line}${restOf(line, columns)}\n`).join('')
    this.#terminal.write(
      BEGIN_FRAME + HIDE_CURSOR + NO_WRAP + this.#home() + frame + CLEAR_BELOW + WRAP + END_FRAME,
    )
    this.#drawn = fitting
  }

  /** Prints above the lines, to stay. */
  print(text: string): void {
    this.#terminal.write(this.#home() + CLEAR_BELOW + text + (text.endsWith('\n') ? '' : '\n'))
    const again = this.#drawn
    this.#drawn = []
    if (again.length > 0) this.draw(again)
  }

  /** Takes the lines away and gives the cursor back. */
  clear(): void {
    this.#terminal.write(this.#home() + CLEAR_BELOW + SHOW_CURSOR)
    this.#drawn = []
  }

  #home(): string {
    return this.#drawn.length === 0 ? '' : `${ESC}${this.#drawn.length}A\r`
  }
}

/** Behind a line that fills its row the cursor stands on the last cell: to clear from there would take it. */
function restOf(line: string, columns: number): string {
  return widthOf(stripVTControlCharacters(line)) < columns ? CLEAR_TO_END_OF_LINE : ''
}

/** What stands last, such as what a key does, stays. */
function cut(lines: readonly string[], room: number): string[] {
  return room < 3 ? lines.slice(0, room) : [...lines.slice(0, room - 2), '…', lines.at(-1)!]
}
