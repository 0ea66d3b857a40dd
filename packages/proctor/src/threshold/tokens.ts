import { ThresholdError } from './threshold-error.ts'

/** A piece of a threshold's text, and where it stands. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'comma'
  /** Without its quotes. */
  readonly text: string
  readonly at: number
  readonly end: number
}

const TOKEN = /(?<quoted>"[^"]+"|'[^']+')|(?<operator>[<>]=?)|(?<comma>,)|(?<word>[^\s,<>"'][^\s,<>]*)|\s+/y

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex
    const groups = pattern.exec(source)?.groups
    if (groups === undefined) {
      throw new ThresholdError(source, 'a name and the quote that closes it', { text: source.slice(at), at })
    }
    const [kind, text] = Object.entries(groups).find((group) => group[1] !== undefined) ?? []
    if (kind === undefined || text === undefined) continue
    const plain = kind === 'quoted' ? text.slice(1, -1) : text
    tokens.push({ kind: kind as Token['kind'], text: plain, at, end: pattern.lastIndex })
  }
  return tokens
}
