import { randomBytes } from 'node:crypto'
import type { Answer, Fault } from '../fault.ts'

const NOT_FOUND: readonly (readonly [string, (path: string) => string])[] = [
  ['application/json', () => '{"detail":"No Thing matches the given query."}'],
  ['application/json', () => '{"detail":"Nicht gefunden."}'],
  ['application/json', () => '{"status":404,"error":"Not Found"}'],
  [
    'application/json',
    (path) => `{"message":"No query results for model [App\\\\Models\\\\Thing] ${path.split('/').at(-1)}"}`,
  ],
  [
    'application/json',
    (path) => `{"timestamp":"${new Date().toISOString()}","status":404,"error":"Not Found","path":"${path}"}`,
  ],
  [
    'application/problem+json; charset=utf-8',
    () =>
      `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404,"traceId":"00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00"}`,
  ],
]

/**
 * Writes go to the primary database, reads to a replica that is some milliseconds behind: who reads at once what it has just created
 * finds nothing, and a moment later it is there. The route is right, and so is every row; what decides is how long ago the row was
 * written and how far the replica was behind at that moment. Whoever says that the database lags is right as well.
 */
export const laggingReplica: Fault = {
  truth: ['unexplained', 'dependency'],
  place(random) {
    const mostBehindMs = random.integer(30, 60)
    const [type, body] = random.pick(NOT_FOUND)
    const visibleAt = new Map<string, number>()
    let last = random.integer(1_000, 90_000)
    return {
      tasks: {
        create: `async ({ http, random, sleep }) => {
          const made = await http.post('/things', { json: { name: 'Thing ' + random.integer(1, 1e9), age: random.integer(18, 90) } })
          if (!made.ok) return
          const path = '/things/' + made.json().id
          await sleep(random.float(0, 0.05))
          await http.get(path, { name: '/things/{id}' })
          await sleep(random.float(0.07, 0.1))
          await http.get(path, { name: '/things/{id}' })
        }`,
      },
      misbehave({ method, path, elapsedMs }): Answer | undefined {
        if (method === 'POST') {
          last += 1
          visibleAt.set(`/things/${last}`, elapsedMs + random.float(1, mostBehindMs))
          return {
            status: 201,
            body: `{"id":${last}}`,
            headers: { 'content-type': 'application/json', location: `/things/${last}` },
            afterMs: 1,
          }
        }
        return elapsedMs < (visibleAt.get(path) ?? 0)
          ? { status: 404, body: body(path), headers: { 'content-type': type }, afterMs: 1 }
          : undefined
      },
    }
  },
}
