import type { Fault } from '../fault.ts'

/** The service breaks off in the middle of an answer. */
export const halfAnswer: Fault = {
  truth: ['bad-body'],
  place(random) {
    const share = random.float(0.02, 0.1)
    return {
      misbehave: ({ method }) => (method === 'GET' && random.chance(share) ? { instead: 'half' } : undefined),
    }
  },
}
