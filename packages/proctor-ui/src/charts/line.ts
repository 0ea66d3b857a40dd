import type { Measure } from '../run/resample.ts'
import type { Whole } from '../run/whole.ts'
import type { Color } from './colors.ts'

export interface Line {
  readonly label: string
  readonly color: Color
  readonly measure: Measure
  /** What it comes to over a run that is over. */
  readonly whole: Whole
  /** Whether the area below is filled. */
  readonly fills?: boolean
}

/** A line as it is drawn. */
export interface Drawn extends Line {
  /** From another run, laid over this one. */
  readonly isOther?: boolean
}
