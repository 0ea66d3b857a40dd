import { TransportError } from '../http/transport-error.ts'

/** Thrown into a task that asks or sleeps after its user was stopped, to end it. Counted nowhere. */
export class UserStopped extends Error {
  override readonly name = 'UserStopped'

  constructor() {
    super('the run is over; a task ends at its next request or sleep')
  }
}

/** Whether what a task threw is the scenario's own: neither a failed request, counted already, nor the run's end. */
export function isScenariosOwn(error: unknown): boolean {
  return !(error instanceof TransportError || error instanceof UserStopped)
}
