import { type Fault, problem } from '../fault.ts'

/** From a moment on nothing can be written. */
export const fullDisk: Fault = {
  truth: ['after-a-point'],
  place(random) {
    const [atMs, status] = [random.integer(1_000, 2_200), random.pick([500, 507])]
    return {
      misbehave: ({ method, elapsedMs }) =>
        method === 'POST' && elapsedMs > atMs ? problem(status, 'Write failed') : undefined,
    }
  },
}
