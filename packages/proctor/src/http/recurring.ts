/** One for each remainder of a length, so that what is known stays bounded. */
const PLACES = 16
/** Where what has one length keeps differing, only one in so many is remembered. */
const LONGEST_PAUSE = 64

/** The newest length seen in this place, and perhaps what had it. */
interface Place<Known> {
  length: number
  known: Known | undefined
  /** How many go by after the next that differs, before one is remembered again. */
  pause: number
  /** How many still have to. */
  left: number
}

/** What came before, to be found by its length: under load most of what comes are the same bytes again. */
export class Recurring<Known> {
  readonly #places: Place<Known>[] = Array.from({ length: PLACES }, () => vacant(-1))

  /** The one of this length that may have come again, if there is one. */
  find(length: number): Known | undefined {
    const place = this.#places[length % PLACES]!
    return place.length === length ? place.known : undefined
  }

  /** It was another than the known one of its length, which is forgotten. */
  differed(length: number): void {
    const place = this.#places[length % PLACES]!
    place.known = undefined
    place.left = place.pause
    place.pause = Math.min(LONGEST_PAUSE, place.pause * 2)
  }

  /** It was the known one of its length. */
  recurred(length: number): void {
    this.#places[length % PLACES]!.pause = 1
  }

  /** What wasn't known, and is to be `remembered` where this answers true. The first of a length is only counted. */
  isToBeRemembered(length: number): boolean {
    const place = this.#places[length % PLACES]!
    if (place.length !== length) this.#places[length % PLACES] = vacant(length)
    else if (place.left > 0) place.left -= 1
    else return true
    return false
  }

  remember(length: number, known: Known): void {
    this.#places[length % PLACES]!.known = known
  }
}

function vacant(length: number): Place<never> {
  return { length, known: undefined, pause: 1, left: 0 }
}
