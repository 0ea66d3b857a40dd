import { type Fault, problem } from '../fault.ts'

/** Nobody sends credentials where they are needed. */
export const noCredentials: Fault = {
  truth: ['unauthorized'],
  place: () => ({
    misbehave: ({ method }) => (method === 'POST' ? problem(401, 'Unauthorized') : undefined),
  }),
}
