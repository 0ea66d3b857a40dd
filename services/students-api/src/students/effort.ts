/** What a write took of the store, which fills it in as it works. A store that doesn't know leaves it as it is. */
export interface Effort {
  /** From being queued to the start of the transaction that did it, or to its refusal. */
  queueWaitMs: number | undefined
  /** The last transaction, which it may have shared. */
  databaseMs: number | undefined
  attempts: number
}

export function newEffort(): Effort {
  return { queueWaitMs: undefined, databaseMs: undefined, attempts: 0 }
}
