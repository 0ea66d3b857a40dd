/** Transactions under way, by user: a failed request is told to all that its user has open. */
export class OpenTransactions {
  readonly #byUser = new Map<number, Set<OpenTransaction>>()

  open(user: number, startedAt: number): OpenTransaction {
    const transaction = { user, startedAt, hasFailed: false }
    const open = this.#byUser.get(user) ?? new Set()
    this.#byUser.set(user, open.add(transaction))
    return transaction
  }

  close(transaction: OpenTransaction): void {
    const open = this.#byUser.get(transaction.user)
    open?.delete(transaction)
    if (open?.size === 0) this.#byUser.delete(transaction.user)
  }

  noteFailure(user: number): void {
    for (const transaction of this.#byUser.get(user) ?? []) transaction.hasFailed = true
  }
}

export interface OpenTransaction {
  readonly user: number
  readonly startedAt: number
  hasFailed: boolean
}
