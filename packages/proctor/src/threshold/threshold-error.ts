/** What stood where something else was expected. */
interface Misplaced {
  readonly text: string
  readonly at: number
}

/** A threshold that cannot be read: what was expected, where, and what stood there. */
export class ThresholdError extends Error {
  override readonly name = 'ThresholdError'

  constructor(source: string, expected: string, got?: Misplaced) {
    const what = got === undefined ? '' : `, got ${JSON.stringify(shortened(got.text))}`
    super(`expected ${expected} ${place(source, got)}${what}`)
  }
}

function place(source: string, got: Misplaced | undefined): string {
  if (source.trim() === '') return 'and got nothing'
  const quoted = JSON.stringify(shortened(source))
  return got === undefined ? `at the end of ${quoted}` : `at character ${got.at + 1} of ${quoted}`
}

const LONGEST_SHOWN = 200

function shortened(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`
}
