import type { Fault } from '../fault.ts'

const REFUSALS = [
  [
    403,
    'application/json',
    '{"error":{"code":403,"message":"User Rate Limit Exceeded","errors":[{"domain":"usageLimits","reason":"userRateLimitExceeded"}]}}',
  ],
  [400, 'application/x-amz-json-1.1', '{"__type":"ThrottlingException","message":"Rate exceeded"}'],
  [
    503,
    'application/xml',
    '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
  ],
] as const

/**
 * Each API key has a quota a second, beyond which the service refuses in its own way: no 429, no `Retry-After`, only the words of
 * Google's, Amazon's and S3's interfaces. The service as a whole has room for more.
 */
export const userQuota: Fault = {
  truth: ['rate-limit'],
  place(random) {
    const perSecond = random.integer(12, 18)
    const [status, type, body] = random.pick(REFUSALS)
    const refusal = { status, body, headers: { 'content-type': type } }
    const windows = new Map<string | null, { since: number; count: number }>()
    return {
      tasks: {
        list: `({ http, id }) => http.get('/things?key=k' + id, { name: '/things' })`,
        read: `({ http, id, random }) => http.get('/things/' + random.integer(1, 40) + '?key=k' + id, { name: '/things/{id}' })`,
        create: `({ http, id, random }) => http.post('/things?key=k' + id, { name: '/things', json: { age: random.integer(18, 90) } })`,
      },
      misbehave({ query, elapsedMs }) {
        const key = query.get('key')
        let window = windows.get(key)
        if (window === undefined || elapsedMs - window.since >= 1000) {
          window = { since: elapsedMs, count: 0 }
          windows.set(key, window)
        }
        window.count += 1
        return window.count > perSecond ? refusal : undefined
      },
    }
  },
}
