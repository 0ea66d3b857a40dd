import { type Fault, problem } from '../fault.ts'

/** One row of the data cannot be read. */
export const badRow: Fault = {
  truth: ['bad-row'],
  place(random) {
    const rows = new Set(
      [random.integer(1, 40), random.integer(1, 40)]
        .slice(0, random.integer(1, 2))
        .map((row) => `/things/${row}`),
    )
    const status = random.pick([404, 500])
    return { misbehave: ({ path }) => (rows.has(path) ? problem(status, 'Error') : undefined) }
  },
}
