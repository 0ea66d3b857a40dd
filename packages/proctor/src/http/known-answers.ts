import { Recurring } from './recurring.ts'
import type { ResponseHead } from './response-head.ts'

/** A whole answer that came in one read, at least twice. */
export interface KnownAnswer {
  readonly bytes: Buffer
  readonly head: ResponseHead
  readonly headText: string
  readonly body: string
  readonly bodyBytes: number
}

/** Longer ones may have a body that is known by itself. */
const MAX_BYTES = 2 * 1024

/** Small answers that came before: to compare the bytes costs a third of taking them apart. */
export class KnownAnswers extends Recurring<KnownAnswer> {
  /** The one that the first `length` of these bytes are once more, if there is one. */
  match(bytes: Buffer, length: number): KnownAnswer | undefined {
    const known = this.find(length)
    if (known === undefined) return undefined
    if (bytes.compare(known.bytes, 0, length, 0, length) === 0) {
      this.recurred(length)
      return known
    }
    this.differed(length)
    return undefined
  }

  override isToBeRemembered(length: number): boolean {
    return length <= MAX_BYTES && super.isToBeRemembered(length)
  }
}
