import type { Fault } from '../fault.ts'

/** What comes is now and then no HTTP. */
export const garbage: Fault = {
  truth: ['bad-body'],
  place(random) {
    const share = random.float(0.02, 0.1)
    return {
      misbehave: ({ path }) =>
        path === '/things' && random.chance(share) ? { instead: 'garbage' } : undefined,
    }
  },
}
