import { type Fault, problem } from '../fault.ts'

/** A field that may be null, and is then dereferenced. */
export const nullField: Fault = {
  truth: ['invalid-input', 'bad-row'],
  place(random) {
    const share = random.float(0.05, 0.3)
    return {
      tasks: {
        create: `({ http, random }) => http.post('/things', { json: { age: random.integer(18, 90), nickname: random.chance(${share}) ? null : 'n' + random.integer(1, 1e9) } })`,
      },
      misbehave: ({ body }) => (body['nickname'] === null ? problem(500, 'TypeError') : undefined),
    }
  },
}
