/** What a task says about its own going on, by throwing it: neither a failure nor an exception. */
export class Signal extends Error {
  override readonly name = 'Signal'
  readonly ends: 'visit' | 'user' | 'run'
  /** Why the run cannot go on; `undefined` where it is over in good order. */
  readonly reason: string | undefined

  constructor(ends: Signal['ends'], reason?: string) {
    super(reason ?? `the ${ends} is over`)
    this.ends = ends
    this.reason = reason
  }
}

/**
 * Leaves the task set that the task stands in, at once: the parent picks what comes next, without a wait. It is a task in its
 * own right, too. In a task that stands in no set it ends that task.
 *
 * ```ts
 * import { defineUser, leave } from 'proctor'
 *
 * export const Visitor = defineUser({
 *   tasks: { forum: { tasks: { read: { weight: 10, run: ({ http }) => http.get('/threads') }, goHome: leave } } },
 * })
 * ```
 */
export function leave(): never {
  throw new Signal('visit')
}

/** Ends this user: its `onStop` follows, and nobody takes its place. When the last has ended, the run is over. */
export function stopUser(): never {
  throw new Signal('user')
}

/** Ends the run in good order, as if its time were over: requests under way are waited for. */
export function stopRun(): never {
  throw new Signal('run')
}

/** Ends the run as one that cannot go on: requests under way are waited for, `reason` is told, the exit code is 1. */
export function abort(reason: string): never {
  throw new Signal('run', reason)
}
