import type { Clock } from '../clock.ts'
import { StoreUnavailable } from '../students/student-store.ts'

const shortestMs = 5
const longestMs = 250

/** Whether another connection's lock was in the way, so that nothing was done and the same may succeed later. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error)) return false
  // SQLITE_BUSY and SQLITE_LOCKED, the primary codes of https://sqlite.org/rescode.html.
  return [5, 6].includes(Number(error.errcode) & 0xff)
}

/**
 * Full-jitter exponential back-off: uniform between nothing and twice as much at each attempt, so that those who
 * collided don't meet again. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt Counts from 0.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(longestMs, shortestMs * 2 ** attempt)
}

/**
 * Tries until nothing is in the way, without holding up the event loop meanwhile; at once, and then without a promise,
 * where nothing is.
 * @throws {StoreUnavailable} when `patienceMs` are over.
 */
export function whileBusy<Result>(
  read: () => Result,
  clock: Clock,
  patienceMs: number,
): Result | Promise<Result> {
  try {
    return read()
  } catch (error) {
    if (!isBusy(error)) throw error
    return onceFree(read, clock, { patienceMs, cause: error })
  }
}

async function onceFree<Result>(
  read: () => Result,
  clock: Clock,
  { patienceMs, cause }: { patienceMs: number; cause: unknown },
): Promise<Result> {
  const giveUpAtMs = clock.elapsedMs() + patienceMs
  for (let attempt = 0; clock.elapsedMs() < giveUpAtMs; attempt++) {
    await new Promise<void>((resolve) => void clock.after(backoffMs(attempt), resolve))
    try {
      return read()
    } catch (error) {
      if (!isBusy(error)) throw error
      cause = error
    }
  }
  throw new StoreUnavailable('busy', { cause })
}
