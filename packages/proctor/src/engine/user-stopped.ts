import { TransportError } from '../http/transport-error.ts'

/** Thrown into a task that asks or sleeps after its user was stopped, to end it. Counted nowhere. */
export class UserStopped extends Error {
  override readonly name = 'UserStopped'

  constructor() {
    super('the run is over; a task ends at its next request or sleep')
  }
}

/** What was counted as a failure where it was thrown. */
const counted = new WeakSet<object>()

/** From here on this error is a failure that was counted, and so no exception. */
export function countAsFailure(error: unknown): void {
  if (typeof error === 'object' && error !== null) counted.add(error)
}

/** Whether what a task threw is the scenario's own: neither a failed request, counted already, nor the run's end. */
export function isScenariosOwn(error: unknown): boolean {
  if (error instanceof TransportError || error instanceof UserStopped) return false
  // A client that was given `fetch` sees a TypeError.
  if (error instanceof TypeError && error.cause instanceof TransportError) return false
  return !(typeof error === 'object' && error !== null && counted.has(error))
}
