import type { TimelineSecond } from '../run/timeline-second.ts'
import { encodeNames, encodeSecond, nameKey, Numbering } from './encode.ts'
import type { NameSeconds } from './wire.ts'

/** The seconds of a run as they are told: each is written once, however many hear it. */
export class ToldSeconds {
  readonly #names = new Numbering()
  readonly #bare: string[] = []
  /** Of each second all names, by their index. */
  readonly #named: string[] = []

  get count(): number {
    return this.#bare.length
  }

  /** `failures` are pairs of an index and a count within that second. */
  add(second: TimelineSecond, failures: readonly number[]): void {
    this.#bare.push(JSON.stringify(encodeSecond(second, failures)))
    this.#named.push(encodeNames(second, this.#names))
  }

  /** By which the seconds name it. */
  indexOf(name: { readonly method: string; readonly name: string }): number {
    return this.#names.of(nameKey(name))
  }

  /** JSON, for who knows so many. Who knows none asks for the seconds of a name when it needs them, but for the newest. */
  from(known: number): string {
    const firstNamed = known === 0 ? this.count - 1 : known
    const named = (text: string, place: number): string =>
      place < firstNamed ? text : `${text.slice(0, -1)},"r":"${this.#named[place]}"}`
    const seconds = this.#bare.slice(known).map((text, index) => named(text, known + index))
    return `[${seconds.join(',')}]`
  }

  /** By method and name; `undefined` where there is no such name. */
  ofName(key: string): NameSeconds | undefined {
    const index = this.#names.known(key)
    if (index === undefined) return undefined
    const mark = `;${index},`
    const figuresIn = (text: string, place: number): string => {
      const from = text.indexOf(mark)
      if (from < 0) return ''
      const to = text.indexOf(';', from + 1)
      return `;${place},${text.slice(from + mark.length, to < 0 ? undefined : to)}`
    }
    return this.#named.map(figuresIn).join('')
  }
}
