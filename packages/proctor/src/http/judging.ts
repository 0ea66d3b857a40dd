import type { HttpResponse } from './response.ts'

/** What a request says of the answers that it takes for good. */
export interface Judging {
  /** Statuses of 400 and more that are no failure of this request. */
  accept?: readonly number[]
  /**
   * Looks at an answer before it is counted, at once and so without `await`. Where it answers `false` or a sentence, or throws, as
   * `expect` and node:assert do, the request has failed for that reason. It is asked where the status is no failure already.
   */
  check?: (response: HttpResponse) => unknown
}

/** Of a reason so much is told: reasons group failures, and are read in tables. */
const REASON_CHARACTERS = 200

/** Whether the status alone makes the request a failure. */
export function isFailingStatus(status: number, judging: Judging | undefined): boolean {
  return status >= 400 && judging?.accept?.includes(status) !== true
}

/** Why the check failed; `undefined` where it passed, or there is none. */
export function failedCheck(response: HttpResponse, judging: Judging | undefined): string | undefined {
  if (judging?.check === undefined) return undefined
  try {
    return verdictOf(judging.check(response))
  } catch (error) {
    return reasonOf(error)
  }
}

/** What was thrown, as a reason by which failures are grouped. */
export function reasonOf(error: unknown): string {
  return inOneLine(error instanceof Error ? error.message : String(error))
}

function verdictOf(verdict: unknown): string | undefined {
  if (verdict === false) return 'the check failed'
  if (typeof verdict === 'string') return inOneLine(verdict)
  const isLate = verdict instanceof Promise
  return isLate ? 'the check answered a promise: it has to judge at once, without await' : undefined
}

/** node:assert writes a sentence, then, behind a blank line, what was compared. */
function inOneLine(text: string): string {
  const line = text
    .split(/\s*\n\s*/, 3)
    .slice(0, 2)
    .join(' ')
    .trim()
  if (line === '') return 'the check failed'
  return line.length > REASON_CHARACTERS ? `${line.slice(0, REASON_CHARACTERS)}…` : line
}
