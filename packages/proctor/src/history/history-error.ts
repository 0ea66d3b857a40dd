/** Why runs could not be kept or read. Each code stays what it is from version to version. */
const MEANINGS = {
  'history-unwritable': 'the folder or the file cannot be written to',
  'history-full': 'the disk is full',
  'history-busy': 'another process holds the file locked',
  'history-corrupt': 'the file is damaged',
  'history-newer': 'a newer Proctor wrote the file',
  'run-unknown': 'there is no such run',
  'run-ambiguous': 'more than one run is meant',
  'run-running': 'the run still goes on',
  'run-unreadable': 'the run cannot be read by this version, or is damaged',
  'label-refused': 'a name or tag is not of the expected form',
} as const

export type HistoryErrorCode = keyof typeof MEANINGS

/** Trouble with kept runs: a stable code, and a message of what was expected, what came, and what to do. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
  readonly code: HistoryErrorCode

  constructor(code: HistoryErrorCode, detail: string, options?: ErrorOptions) {
    super(`${MEANINGS[code]}: ${detail}`, options)
    this.code = code
  }
}

/** By primary result code, https://sqlite.org/rescode.html. */
const CODE_OF_RESULT: Readonly<Record<number, HistoryErrorCode>> = {
  5: 'history-busy',
  6: 'history-busy',
  8: 'history-unwritable',
  10: 'history-unwritable',
  11: 'history-corrupt',
  13: 'history-full',
  14: 'history-unwritable',
  26: 'history-corrupt',
}

/** Of what SQLite or the file system threw; anything else is a defect, and thrown as it is. */
export function toHistoryError(error: unknown, file: string): HistoryError {
  if (error instanceof HistoryError) return error
  const { errcode, code, message } = error as { errcode?: number; code?: string; message?: string }
  const known = errcode === undefined ? codeOfSystem(code) : CODE_OF_RESULT[errcode & 0xff]
  if (known === undefined) throw error
  return new HistoryError(known, `${file} (${message})`, { cause: error })
}

function codeOfSystem(code: string | undefined): HistoryErrorCode | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'history-full'
  return code !== undefined && /^E[A-Z]+$/.test(code) && !code.startsWith('ERR_')
    ? 'history-unwritable'
    : undefined
}
