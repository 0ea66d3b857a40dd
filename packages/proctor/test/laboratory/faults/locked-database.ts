import { type Fault, problem } from '../fault.ts'

/** Writers wait for a lock, and give up. */
export const lockedDatabase: Fault = {
  truth: ['dependency'],
  place(random) {
    const [share, waitMs] = [random.float(0.05, 0.2), random.integer(120, 400)]
    const title = random.pick(['database is locked', 'SQLITE_BUSY', 'could not obtain lock on row'])
    return {
      misbehave({ method }) {
        return method === 'POST' && random.chance(share)
          ? problem(500, title, { afterMs: waitMs })
          : undefined
      },
    }
  },
}
