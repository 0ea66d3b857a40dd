import type { Clock } from '../clock.ts'
import { backoffMs } from '../store/busy.ts'
import { StoreUnavailable } from '../students/student-store.ts'
import { PostgresFailure } from './postgres-failure.ts'

const mostTries = 5

/**
 * Tries until it succeeds, fails for good, or has been tried five times or for `patienceMs`. Nothing that a failed try
 * has done may outlive it.
 * @throws {StoreUnavailable} where each try met a conflict or found no connection; else {PostgresFailure}.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  clock: Clock,
  patienceMs: number,
): Promise<Result> {
  const giveUpAtMs = clock.elapsedMs() + patienceMs
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof PostgresFailure) || error.kind === 'final') throw error
      const isLast = tries === mostTries || clock.elapsedMs() >= giveUpAtMs || error.kind === 'locked'
      if (isLast) throw unavailable(error)
      await new Promise<void>((resolve) => void clock.after(backoffMs(tries), resolve))
    }
  }
}

function unavailable(cause: PostgresFailure): StoreUnavailable {
  return new StoreUnavailable(cause.kind === 'unreachable' ? 'unreachable' : 'busy', { cause })
}
