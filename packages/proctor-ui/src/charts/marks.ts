import type { RunHead } from 'proctor/wire'

/** Something done by hand while the run went on. */
export interface Mark {
  /** Since the start. */
  readonly elapsedMs: number
  readonly words: string
}

/** In the order of their time; of changes within a second the last one counts. */
export function marksOf({ steering, resets }: Pick<RunHead, 'steering' | 'resets'>): Mark[] {
  const lasting = new Map(steering.map((each) => [Math.floor(each.elapsedMs / 1000), each]))
  return [
    ...[...lasting.values()].map(({ elapsedMs, target }) => ({ elapsedMs, words: `→ ${target}` })),
    ...resets.map((elapsedMs) => ({ elapsedMs, words: 'reset' })),
  ].toSorted((a, b) => a.elapsedMs - b.elapsedMs)
}
