import { type Fault, problem } from '../fault.ts'

/** For a while every request fails. */
export const pause: Fault = {
  truth: ['for-a-while'],
  place(random) {
    const [from, lasts] = [random.integer(700, 1_400), random.integer(300, 900)]
    return {
      misbehave: ({ elapsedMs }) =>
        elapsedMs > from && elapsedMs < from + lasts ? problem(500, 'Error') : undefined,
    }
  },
}
