import { type Fault, problem } from '../fault.ts'

/** A number beyond a limit is refused, or trips the service. */
export const ageLimit: Fault = {
  truth: ['invalid-input'],
  place(random) {
    const [limit, status] = [random.integer(70, 85), random.pick([400, 422, 500])]
    return {
      misbehave: ({ body }) => (Number(body['age'] ?? 0) > limit ? problem(status, 'Bad data') : undefined),
    }
  },
}
