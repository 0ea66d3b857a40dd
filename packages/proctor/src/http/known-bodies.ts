/** A body that came at least twice. */
export interface KnownBody {
  readonly bytes: Buffer
  /** The same bytes, a character each. */
  readonly text: string
}

/** Of a shorter body a copy costs no more than a comparison. */
const MIN_BYTES = 2 * 1024
const MAX_BYTES = 256 * 1024
/** One for each remainder of a body's length; so a worker knows 4 MiB of bodies at most. */
const PLACES = 16
/** Where bodies of one length keep differing, only one in so many is remembered. */
const LONGEST_PAUSE = 64

/** The newest length seen in this place, and perhaps a body of it. */
interface Place {
  length: number
  body: KnownBody | undefined
  /** How many bodies go by after the next that differs, before one is remembered again. */
  pause: number
  /** How many still have to. */
  left: number
}

/**
 * Bodies that answers had before: under load most answers are the same bytes again. To compare 40 KB with bytes that are in
 * the processor's cache costs a quarter of a copy to where none of them is, and leaves nothing to collect. So a body that
 * came before is kept as that one; nobody can tell, since both are strings.
 */
export class KnownBodies {
  readonly #places: Place[] = Array.from({ length: PLACES }, () => vacant(-1))

  /** The one of this length that a body could be, if there is one. */
  find(length: number): KnownBody | undefined {
    const place = this.#places[length % PLACES]!
    return place.length === length ? place.body : undefined
  }

  /** A body was another than the known one of its length, which is forgotten. */
  differed(length: number): void {
    const place = this.#places[length % PLACES]!
    place.body = undefined
    place.left = place.pause
    place.pause = Math.min(LONGEST_PAUSE, place.pause * 2)
  }

  /** A body was the known one of its length. */
  recurred(length: number): void {
    this.#places[length % PLACES]!.pause = 1
  }

  /** Remembers a whole body, a character a byte, that was not known. The first of a length is only counted. */
  note(body: string): void {
    const { length } = body
    if (length < MIN_BYTES || length > MAX_BYTES) return
    const place = this.#places[length % PLACES]!
    if (place.length !== length) this.#places[length % PLACES] = vacant(length)
    else if (place.left > 0) place.left -= 1
    else {
      const bytes = Buffer.from(body, 'latin1')
      // A string of its own: the body may be cut out of a longer one.
      place.body = { bytes, text: bytes.toString('latin1') }
    }
  }
}

function vacant(length: number): Place {
  return { length, body: undefined, pause: 1, left: 0 }
}
