import type { ArrivalCounts } from './snapshot.ts'

/** What makes the load of one worker: users at work, or arrivals. */
export interface Driver {
  /**
   * Begins; calls `onDone` when there is nothing left to do, which a load without end never does, or `onOver` when the load
   * is over by its own account, and requests may be under way.
   */
  start(onDone: () => void, onOver: () => void): void
  /** Calls back when nothing of this worker's share is under way or to come, though it may be asked for by hand; and when that changes. */
  onSpare(callback: (isSpare: boolean) => void): void
  /** From `atMs` on, so many users in all, or arrivals a second, whatever the plan said. */
  steer(target: number, atMs: number, spawnRate: number | undefined): void
  /** The most users at work since this was asked last. */
  takePeak(): number
  /** The arrivals of an open load since this was asked last. */
  takeArrivals(): ArrivalCounts
  /** Stops every user and starts none again; resolves when the last has done its last. */
  stop(): Promise<void>
  /** Waits for nobody any longer: whoever is still at work asks for nothing more. */
  end(): void
}
