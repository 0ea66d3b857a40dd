import { type Fault, problem } from '../fault.ts'

/** One user's requests fail, whatever they are. */
export const badUser: Fault = {
  truth: ['bad-user', 'bad-row'],
  place(random) {
    const [bad, status] = [random.integer(0, 19), random.pick([400, 403, 500])]
    return {
      tasks: {
        read: `({ http, id, random }) => http.post('/orders', { json: { n: random.integer(1, 1e9) }, headers: { 'x-user': String(id) } })`,
        create: `({ http, id }) => http.get('/account?u=' + id, { name: '/account' })`,
      },
      misbehave: ({ query }) => (query.get('u') === String(bad) ? problem(status, 'Error') : undefined),
    }
  },
}
