/** The candidate that `word` most likely was meant to be, or `undefined` where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .toSorted((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(1, word.length / 2) ? best.candidate : undefined
}

/** Levenshtein distance: the fewest insertions, deletions and substitutions of a character. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [index, character] of Array.from(from).entries()) {
    const next = [index + 1]
    for (let column = 1; column <= to.length; column++) {
      const substitution = row[column - 1]! + (character === to[column - 1] ? 0 : 1)
      next.push(Math.min(substitution, row[column]! + 1, next[column - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
