import { type Fault, problem } from '../fault.ts'

/** Not ready when the first requests come. */
export const warmUp: Fault = {
  truth: ['warm-up'],
  place(random) {
    const [readyMs, status] = [random.integer(200, 900), random.pick([500, 502, 503])]
    return { misbehave: ({ elapsedMs }) => (elapsedMs < readyMs ? problem(status, 'Starting') : undefined) }
  },
}
