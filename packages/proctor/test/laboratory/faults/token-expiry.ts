import { type Fault, problem } from '../fault.ts'

/** Tokens are good for a while; nobody logs in again. */
export const tokenExpiry: Fault = {
  truth: ['auth-expiry'],
  place(random) {
    const [afterMs, title] = [random.integer(1_000, 2_200), random.pick(['Token expired', 'Unauthorized'])]
    const since = new Map<string, number>()
    return {
      tasks: {
        list: `({ http, id }) => http.get('/things', { headers: { authorization: 'Bearer t' + id, 'x-user': String(id) } })`,
        read: `({ http, id }) => http.get('/mine?user=' + id, { name: '/mine' })`,
        create: `({ http, id }) => http.get('/mine?user=' + id, { name: '/mine' })`,
      },
      misbehave({ query, elapsedMs }) {
        const user = query.get('user')
        if (user === null) return undefined
        if (!since.has(user)) since.set(user, elapsedMs)
        return elapsedMs - since.get(user)! > afterMs ? problem(401, title) : undefined
      },
    }
  },
}
