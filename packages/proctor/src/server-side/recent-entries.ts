import type { Entry } from './entry.ts'
import type { Source } from './source.ts'

/** Something said, and by whom; secrets are still in it. */
export interface Held {
  readonly entry: Entry
  readonly source: Source
}

const MOST_ENTRIES = 20_000
const MOST_CHARACTERS = 8 * 1024 * 1024

/** What was said last, by id: which requests are to be kept is known up to a second later. Bounded; the oldest go first. */
export class RecentEntries {
  /** Each in its place until another takes it, one round later. */
  readonly #ring: (Held | undefined)[] = Array.from({ length: MOST_ENTRIES })
  readonly #byId = new Map<string, Held[]>()
  /** Counted since the beginning. */
  #next = 0
  #oldest = 0
  #characters = 0

  add(held: Held): void {
    while (this.#next - this.#oldest >= MOST_ENTRIES || this.#characters > MOST_CHARACTERS)
      this.#forgetOldest()
    this.#ring[this.#next++ % MOST_ENTRIES] = held
    this.#characters += held.entry.text.length
    for (const id of held.entry.ids) {
      const known = this.#byId.get(id)
      if (known === undefined) this.#byId.set(id, [held])
      else known.push(held)
    }
  }

  of(id: string): readonly Held[] {
    return this.#byId.get(id) ?? []
  }

  #forgetOldest(): void {
    const place = this.#oldest++ % MOST_ENTRIES
    const { entry } = this.#ring[place]!
    this.#ring[place] = undefined
    this.#characters -= entry.text.length
    for (const id of entry.ids) {
      const left = this.#byId.get(id)!
      if (left.length === 1) this.#byId.delete(id)
      else left.shift()
    }
  }
}
