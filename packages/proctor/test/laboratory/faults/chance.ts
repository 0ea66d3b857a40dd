import { type Fault, problem } from '../fault.ts'

/** Nothing that the load can see tells which requests fail. */
export const chance: Fault = {
  truth: ['unexplained'],
  place(random) {
    const share = random.float(0.03, 0.3)
    return { misbehave: () => (random.chance(share) ? problem(500, 'Internal Server Error') : undefined) }
  },
}
