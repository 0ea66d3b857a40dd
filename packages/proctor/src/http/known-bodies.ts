import { Recurring } from './recurring.ts'

/** A body that came at least twice. */
export interface KnownBody {
  readonly bytes: Buffer
  /** The same bytes, a character each. */
  readonly text: string
}

/** Of a shorter body a copy costs no more than a comparison. */
const MIN_BYTES = 2 * 1024
const MAX_BYTES = 256 * 1024

/**
 * Bodies that answers had before. To compare 40 KB with bytes that are in the processor's cache costs a quarter of a copy
 * to where none of them is, and leaves nothing to collect. So a body that came before is kept as that one; nobody can tell,
 * since both are strings. A worker knows 4 MiB of bodies at most.
 */
export class KnownBodies extends Recurring<KnownBody> {
  /** Remembers a whole body, a character a byte, that was not known. */
  note(body: string): void {
    const { length } = body
    if (length < MIN_BYTES || length > MAX_BYTES || !this.isToBeRemembered(length)) return
    const bytes = Buffer.from(body, 'latin1')
    // A string of its own: the body may be cut out of a longer one.
    this.remember(length, { bytes, text: bytes.toString('latin1') })
  }
}
