import { type Fault, problem } from '../fault.ts'

/** A text is longer than the column it goes into. */
export const longNote: Fault = {
  truth: ['invalid-input'],
  place(random) {
    const [limit, status] = [random.integer(100, 180), random.pick([400, 422, 500])]
    return {
      misbehave: ({ body }) =>
        String(body['note'] ?? '').length > limit ? problem(status, 'Error') : undefined,
    }
  },
}
