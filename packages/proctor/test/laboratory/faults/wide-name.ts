import { type Fault, problem } from '../fault.ts'

/** Characters beyond ASCII trip the service. */
export const wideName: Fault = {
  truth: ['invalid-input', 'bad-row'],
  place(random) {
    const share = random.float(0.05, 0.3)
    return {
      tasks: {
        create: `({ http, random }) => http.post('/things', { json: { age: random.integer(18, 90), name: (random.chance(${share}) ? 'Zoë ' : 'Zoe ') + random.integer(1, 1e9) } })`,
      },
      misbehave: ({ body }) =>
        /[^ -~]/.test(String(body['name'] ?? '')) ? problem(500, 'Error') : undefined,
    }
  },
}
