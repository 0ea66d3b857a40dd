import { type Fault, problem } from '../fault.ts'

/** So many at a time, the others are turned away. */
export const overload: Fault = {
  truth: ['overload'],
  place(random) {
    const most = random.integer(6, 12)
    const title = random.pick(['Service overloaded', 'Server busy', 'Queue full'])
    return {
      thinkMs: [1, 60],
      misbehave({ inFlight }) {
        if (inFlight > most) return problem(503, title)
        return { status: 200, body: '{}', afterMs: 25 }
      },
    }
  },
}
