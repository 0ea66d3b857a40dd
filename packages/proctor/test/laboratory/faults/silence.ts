import type { Fault } from '../fault.ts'

/** Some requests are never answered. */
export const silence: Fault = {
  truth: ['timeout'],
  place(random) {
    const share = random.float(0.01, 0.04)
    return {
      flags: ['--request-timeout', '400ms'],
      misbehave: ({ path }) =>
        path === '/things' && random.chance(share) ? { instead: 'silence' } : undefined,
    }
  },
}
