import type { ServerLine } from '../run/server-record.ts'
import { type Held, RecentEntries } from './recent-entries.ts'

const MOST_IDS = 20_000
const MOST_LINES_OF_ID = 20
const MOST_CHARACTERS = 32 * 1024 * 1024

/** Joins what is said to the requests that are kept, whichever comes first. Bounded: what is over is not kept. */
export class JoinedLines {
  readonly #recent = new RecentEntries()
  readonly #wanted = new Map<string, ServerLine[]>()
  readonly #lines = new WeakMap<Held, ServerLine>()
  readonly #toLine: (held: Held) => ServerLine
  #characters = 0

  constructor(toLine: (held: Held) => ServerLine) {
    this.#toLine = toLine
  }

  /** Something was said. Answers whether it is of a request that is kept. */
  add(held: Held): boolean {
    const wanted = held.entry.ids.filter((id) => this.#wanted.has(id))
    for (const id of wanted) this.#keep(this.#wanted.get(id)!, held)
    this.#recent.add(held)
    return wanted.length > 0
  }

  /** A request is kept that bears this id. */
  want(id: string): void {
    if (this.#wanted.has(id) || this.#wanted.size >= MOST_IDS) return
    const lines: ServerLine[] = []
    this.#wanted.set(id, lines)
    for (const held of this.#recent.of(id)) this.#keep(lines, held)
  }

  /** All that was said of a request that bears these ids, in the order in which it came. */
  of(ids: readonly string[]): ServerLine[] {
    return [...new Set(ids.flatMap((id) => this.#wanted.get(id) ?? []))].slice(0, MOST_LINES_OF_ID)
  }

  #keep(lines: ServerLine[], held: Held): void {
    if (lines.length >= MOST_LINES_OF_ID || this.#characters > MOST_CHARACTERS) return
    lines.push(this.#lineOf(held))
  }

  /** The same where it is of several ids of one request. */
  #lineOf(held: Held): ServerLine {
    const known = this.#lines.get(held)
    if (known !== undefined) return known
    const line = this.#toLine(held)
    this.#characters += line.text.length
    this.#lines.set(held, line)
    return line
  }
}
