import { type Fault, problem } from '../fault.ts'

/** More than so many requests a second are refused. */
export const rateLimit: Fault = {
  truth: ['rate-limit'],
  place(random) {
    const perSecond = random.integer(60, 200)
    const refusal = random.pick([
      problem(429, 'Too Many Requests'),
      problem(503, 'Rate limit reached', { headers: { 'retry-after': '1' } }),
    ])
    const counts = new Map<number, number>()
    return {
      misbehave({ elapsedMs }) {
        const second = Math.floor(elapsedMs / 1000)
        counts.set(second, (counts.get(second) ?? 0) + 1)
        return counts.get(second)! > perSecond ? refusal : undefined
      },
    }
  },
}
