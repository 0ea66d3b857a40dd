import { DatabaseError } from 'pg'

/**
 * What a failure allows. `conflict`: rolled back, and the same may succeed at once. `unreachable`: the connection is
 * gone or was never there. `locked`: waited for another's lock for too long. `final`: the same would fail again.
 */
type FailureKind = 'conflict' | 'unreachable' | 'locked' | 'final'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const kindOfState: Readonly<Record<string, FailureKind>> = {
  '40001': 'conflict',
  '40P01': 'conflict',
  '53300': 'unreachable',
  '55P03': 'locked',
  '57014': 'locked',
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
}

/**
 * The database or the way to it failed. Of PostgreSQL's error only what holds nobody's data: its `detail` and `where`
 * quote rows, and so may the message of a data exception (class 22).
 */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure'
  readonly kind: FailureKind
  /** Absent where the connection failed. */
  readonly sqlState: string | undefined

  constructor(kind: FailureKind, message: string, sqlState?: string) {
    super(message)
    this.kind = kind
    this.sqlState = sqlState
  }

  static of(error: unknown): PostgresFailure {
    if (error instanceof PostgresFailure) return error
    if (!(error instanceof DatabaseError)) return new PostgresFailure('unreachable', wordsOf(error))
    const { code = '', message } = error
    const kind = code.startsWith('08') ? 'unreachable' : (kindOfState[code] ?? 'final')
    return new PostgresFailure(kind, code.startsWith('22') ? 'data exception' : message, code)
  }
}

/** Several addresses of one name fail together, with an empty message. */
function wordsOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : String(first)
}
