import type { Ending } from './pinned-process.ts'
import type { Program } from './program.ts'

/** A load client, and how to have it load the target. A new one is a new row of the table in `cost.ts`. */
export interface Contestant {
  readonly name: string
  readonly program: Program
  argv(assignment: Assignment): readonly string[]
  /** What was wrong with a run that has ended, in a few words. */
  complaint(ending: Ending, assignment: Assignment): string | undefined
}

export interface Assignment {
  /** The target's origin; the paths are the contestant's. */
  readonly url: string
  readonly seconds: number
  /** Fresh and empty, for whatever the contestant writes. */
  readonly folder: string
}

/** Every contestant keeps this many connections busy. */
export const users = 50
