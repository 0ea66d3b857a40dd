import { type Fault, problem } from '../fault.ts'

/** A path that the service does not have. */
export const noRoute: Fault = {
  truth: ['no-such-route'],
  place: () => ({ misbehave: ({ method }) => (method === 'POST' ? problem(404, 'Not Found') : undefined) }),
}
