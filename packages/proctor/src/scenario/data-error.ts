/** Data that a scenario reads and that is not what it should be: the file, the line, what was expected and what came. */
export class DataError extends Error {
  override readonly name = 'DataError'

  /** `line` counts from 1; `undefined` where no line is to blame. */
  constructor(file: string, line: number | undefined, problem: string) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${problem}`)
  }
}
