import type { Draft } from './draft.ts'
import type { TroubleWith } from './trouble.ts'

/** What every part of the form is given. */
export interface PartProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
  /** What is wrong with a field, to be said below it. */
  readonly troubleWith: TroubleWith
}
