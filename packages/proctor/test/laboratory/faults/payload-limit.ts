import { type Fault, problem } from '../fault.ts'

/** Bodies over a limit are refused. */
export const payloadLimit: Fault = {
  truth: ['payload-limit'],
  place(random) {
    const limit = random.integer(20_000, 60_000)
    const answer = random.pick([problem(413, 'Payload Too Large'), { instead: 'reset' } as const])
    return {
      tasks: {
        create: `({ http, random }) => http.post('/things', { json: { note: 'x'.repeat(random.integer(100, 80_000)) } })`,
      },
      misbehave: ({ bytes }) => (bytes > limit ? answer : undefined),
    }
  },
}
