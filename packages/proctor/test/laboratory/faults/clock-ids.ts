import { type Fault, problem } from '../fault.ts'

/**
 * The service makes a row's primary key from its clock, so two rows created within one tick collide. The database speaks of a
 * duplicate, yet nothing in the requests was sent before, and sent again each of them would pass: whom it hits is decided by who
 * else creates at that moment. Of the causes that a finding can name, none is this one.
 */
export const clockIds: Fault = {
  truth: ['unexplained'],
  place(random) {
    const [tickMs, status] = [random.integer(1, 3), random.pick([409, 500])]
    const title = random.pick([
      'duplicate key value violates unique constraint "things_pkey"',
      'UNIQUE constraint failed: things.id',
    ])
    const taken = new Set<number>()
    return {
      misbehave({ method, elapsedMs }) {
        if (method !== 'POST') return undefined
        const key = Math.floor(elapsedMs / tickMs)
        if (taken.has(key)) return problem(status, title, { afterMs: 1 })
        taken.add(key)
        return undefined
      },
    }
  },
}
