/** The known word that one most likely meant; `undefined` where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((other) => ({ other, edits: edits(word.toLowerCase(), other.toLowerCase()) }))
  const best = ranked.reduce((a, b) => (b.edits < a.edits ? b : a), { other: '', edits: Infinity })
  return best.edits <= Math.max(2, word.length / 3) ? best.other : undefined
}

const LONGEST_COMPARED = 200

/** How many characters to insert, leave out or replace. Source: Levenshtein, 1965; by rows, Wagner and Fischer, 1974. */
function edits(a: string, b: string): number {
  if (a.length > LONGEST_COMPARED || b.length > LONGEST_COMPARED) return a === b ? 0 : Infinity
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1))
    }
    above = row
  }
  return above.at(-1)!
}
