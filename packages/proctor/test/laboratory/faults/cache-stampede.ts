import type { Fault } from '../fault.ts'

/**
 * The list comes out of a cache. Each time that its entry expires, all who ask before it is filled again go to the database at once:
 * the first is answered late, those behind it wait for each other until somebody's patience ends. Then all is well again, until the
 * entry expires the next time.
 */
export const cacheStampede: Fault = {
  truth: ['dependency', 'overload'],
  place(random) {
    const [lifeMs, queryMs, patienceMs] = [
      random.integer(300, 700),
      random.integer(100, 160),
      random.integer(180, 260),
    ]
    const [status, type, body] = random.pick([
      [504, 'text/plain', 'upstream request timeout'],
      [500, 'application/json', '{"error":"canceling statement due to statement timeout"}'],
    ] as const)
    const refusal = { status, body, headers: { 'content-type': type }, afterMs: patienceMs }
    let [filledAt, expiresAt] = [0, lifeMs]
    return {
      misbehave({ method, path, elapsedMs }) {
        if (method !== 'GET' || path !== '/things') return undefined
        if (elapsedMs < filledAt) return refusal
        if (elapsedMs < expiresAt) return undefined
        filledAt = elapsedMs + queryMs
        expiresAt = filledAt + lifeMs
        return { status: 200, body: '{"ok":true}', afterMs: queryMs }
      },
    }
  },
}
