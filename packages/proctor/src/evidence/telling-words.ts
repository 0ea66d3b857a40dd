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

/** `undefined` where there are too few texts, or none tells them apart. */
export function tellingWords(
  failing: readonly string[],
  passing: readonly string[],
): WordsRecord | undefined {
  if (failing.length < LEAST_TEXTS || passing.length < LEAST_TEXTS) return undefined
  const [inFailing, inPassing] = [failing, passing].map((texts) => countsOf(texts.slice(0, MOST_TEXTS)))
  const ofFailing = Math.min(failing.length, MOST_TEXTS)
  const telling = [...inFailing!]
    .filter(
      ([piece, count]) => !inPassing!.has(piece) && count >= Math.max(LEAST_TEXTS, LEAST_SHARE * ofFailing),
    )
    .map(([text, count]) => ({ text, failing: count }))
    .toSorted((a, b) => b.failing - a.failing || a.text.length - b.text.length)
  if (telling.length === 0) return undefined
  return {
    ofFailing,
    ofPassing: Math.min(passing.length, MOST_TEXTS),
    tried: new Set([...inFailing!.keys(), ...inPassing!.keys()]).size,
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
