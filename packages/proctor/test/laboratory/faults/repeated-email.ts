import { type Fault, problem } from '../fault.ts'

/** An e-mail that was sent before is refused, rightly or wrongly. */
export const repeatedEmail: Fault = {
  truth: ['repeated-input'],
  place(random) {
    const values = random.integer(800, 6_000)
    const status = random.pick([400, 409, 422, 500])
    const seen = new Set<unknown>()
    return {
      tasks: {
        create: `({ http, random }) => http.post('/things', { json: { plan: 'free', age: random.integer(18, 90), email: 'a' + random.integer(1, ${values}) + '@example.com' } })`,
      },
      misbehave({ method, body }) {
        if (method !== 'POST') return undefined
        if (seen.has(body['email']))
          return problem(status, status === 500 ? 'Internal Server Error' : 'Already in use')
        seen.add(body['email'])
        return undefined
      },
    }
  },
}
