/** What a write took of the store, which fills it in as it works. A store that doesn't know leaves it as it is. */
export interface Effort {
  /** When it was queued, on the clock's scale; absent where this is about several writes. */
  queuedAtMs: number | undefined
  /** From being queued to the start of the transaction that did it, or to its refusal. */
  queueWaitMs: number | undefined
  /** The last transaction, which it may have shared. */
  databaseMs: number | undefined
  attempts: number
}

export function newEffort(): Effort {
  return { queuedAtMs: undefined, queueWaitMs: undefined, databaseMs: undefined, attempts: 0 }
}

/** The wait is over: a transaction begins, or the write is refused. */
export function noteWait(effort: Effort | undefined, queuedAtMs: number, nowMs: number): void {
  if (!effort) return
  effort.queuedAtMs = queuedAtMs
  effort.queueWaitMs = nowMs - queuedAtMs
}

/** One write after another: the wait and the tries of the last, the time of all in the database. */
export function followedBy(all: Effort, { queueWaitMs, databaseMs, attempts }: Effort): void {
  all.queueWaitMs = queueWaitMs
  all.attempts = attempts
  if (databaseMs !== undefined) all.databaseMs = (all.databaseMs ?? 0) + databaseMs
}
