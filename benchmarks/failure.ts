/** What the exit code says. The same numbers stand in the README. */
export const exitCodes = {
  held: 0,
  overLimit: 1,
  cannotRun: 2,
  runFailed: 3,
  interrupted: 130,
} as const

export type Failing = Exclude<keyof typeof exitCodes, 'held' | 'overLimit'>

/** A reason to print no figure. Its message is for the reader and carries the next step. */
export class BenchmarkFailure extends Error {
  readonly kind: Failing

  constructor(kind: Failing, message: string) {
    super(message)
    this.kind = kind
  }
}
