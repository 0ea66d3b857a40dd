import { type Fault, problem } from '../fault.ts'

/** No connection to the database is free within its timeout. */
export const exhaustedPool: Fault = {
  truth: ['dependency'],
  place(random) {
    const [pool, waitMs] = [random.integer(4, 8), random.integer(100, 300)]
    const title = random.pick([
      'timeout acquiring a connection from the pool',
      'remaining connection slots are reserved',
    ])
    return {
      thinkMs: [1, 50],
      misbehave({ inFlight }) {
        if (inFlight > pool) return problem(500, title, { afterMs: waitMs })
        return { status: 200, body: '{}', afterMs: 20 }
      },
    }
  },
}
