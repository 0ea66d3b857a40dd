import type { LoadCase } from './load-case.ts'
import type { Ending } from './pinned-process.ts'
import type { Program } from './program.ts'

/** A load client, and how to have it load the target. A new one is a new row of the table in `contestants.ts`. */
export interface Contestant {
  readonly name: string
  readonly program: Program
  /** It compiles nothing while it runs, and is as fast as it gets within a second of its first requests. */
  readonly startsWarm?: boolean
  /** It knows no duration: it is stopped when it has been measured. */
  readonly endless?: boolean
  /** It takes part in cases over TLS. */
  readonly speaksTls?: boolean
  /** It takes part in cases over HTTP/2. */
  readonly speaksHttp2?: boolean
  /** And in no others. */
  readonly speaksHttp2Only?: boolean
  argv(assignment: Assignment): readonly string[]
  /** What was wrong with a run that has ended, in a few words. */
  complaint(ending: Ending, assignment: Assignment): string | undefined
}

export interface Assignment {
  readonly loadCase: LoadCase
  /** The target's origin. */
  readonly url: string
  readonly seconds: number
  /** Fresh and empty, for whatever the contestant writes. */
  readonly folder: string
}

/** Every contestant keeps this many connections busy. */
export const users = 50

export function takesPart(contestant: Contestant, { isSecure, isHttp2 }: LoadCase): boolean {
  if (isHttp2 === true) return contestant.speaksHttp2 === true
  return contestant.speaksHttp2Only !== true && (isSecure !== true || contestant.speaksTls === true)
}
