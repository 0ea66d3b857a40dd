import type { Fault } from '../fault.ts'

/** The service is gone for a while, and comes back. */
export const restart: Fault = {
  truth: ['restart'],
  place(random) {
    const [atMs, awayMs] = [random.integer(700, 1_500), random.integer(200, 700)]
    return {
      begin: ({ away }) => void setTimeout(() => away(awayMs), atMs),
      misbehave: () => undefined,
    }
  },
}
