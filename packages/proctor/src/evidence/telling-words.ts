/** What texts that failed hold, and those that passed don't: of some of the values that were sent, each once. */
export interface WordsRecord {
  readonly ofFailing: number
  readonly ofPassing: number
  /** How many were compared: the more there are, the sooner one is in failing texts only by chance. */
  readonly tried: number
  /** In no text that passed, in most that failed: those in the most first. */
  readonly telling: readonly { readonly text: string; readonly failing: number }[]
}

const LEAST_TEXTS = 5
const MOST_TEXTS = 128
const LEAST_SHARE = 0.5
const TOLD = 3

/** What some texts consist of: in how many each word or sign is. Found when it is first asked for. */
export class TextPieces {
  readonly of: number
  readonly #texts: readonly string[]
  #counts: ReadonlyMap<string, number> | undefined

  constructor(texts: readonly string[]) {
    this.#texts = texts.slice(0, MOST_TEXTS)
    this.of = this.#texts.length
  }

  get counts(): ReadonlyMap<string, number> {
    this.#counts ??= countsOf(this.#texts)
    return this.#counts
  }
}

/** `undefined` where there are too few texts, or none tells them apart. */
export function tellingWords(texts: readonly string[], passing: TextPieces): WordsRecord | undefined {
  if (texts.length < LEAST_TEXTS || passing.of < LEAST_TEXTS) return undefined
  const failing = new TextPieces(texts)
  const telling = [...failing.counts]
    .filter(
      ([piece, count]) =>
        !passing.counts.has(piece) && count >= Math.max(LEAST_TEXTS, LEAST_SHARE * failing.of),
    )
    .map(([text, count]) => ({ text, failing: count }))
    .toSorted((a, b) => b.failing - a.failing || a.text.length - b.text.length)
  if (telling.length === 0) return undefined
  return {
    ofFailing: failing.of,
    ofPassing: passing.of,
    tried: new Set([...failing.counts.keys(), ...passing.counts.keys()]).size,
    telling: telling.slice(0, TOLD),
  }
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const piece of piecesOf(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1)
  }
  return counts
}

/** Its words, two of them in a row, and what is neither letter nor digit; numbers differ all the time, and are left out. */
function piecesOf(text: string): Set<string> {
  const plain = decoded(text).toLowerCase()
  const words = plain.split(/\s+/).filter((word) => /[a-z]/.test(word))
  const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`)
  return new Set([...words, ...pairs, ...(plain.match(/[!-/:-@[-`{-~]+/g) ?? [])])
}

/** As it was meant: of a query or a form it is kept as it was sent. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
