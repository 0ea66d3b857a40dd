import type { Fault } from '../fault.ts'

/** Connections that were idle too long break when they are used again. */
export const staleConnection: Fault = {
  truth: ['stale-connection'],
  place(random) {
    const idleMs = random.integer(120, 170)
    return {
      thinkMs: [5, 200],
      misbehave: ({ idleMs: idle, use }) => (use > 1 && idle > idleMs ? { instead: 'reset' } : undefined),
    }
  },
}
