import { type Fault, problem } from '../fault.ts'

/**
 * In the middle of the run a new release goes live. It splits `name` in two, and whoever runs the old app, and so sends the old
 * field, is refused from then on; the same release makes the list slower, which fails nobody. The moment and the field are each half
 * of the truth.
 */
export const newRelease: Fault = {
  truth: ['after-a-point', 'invalid-input'],
  place(random) {
    const [atMs, slowMs, oldShare] = [
      random.integer(900, 2_000),
      random.integer(15, 60),
      random.float(0.2, 0.6),
    ]
    const refusal = random.pick([
      problem(400, 'Bad Request'),
      problem(422, 'firstName: Field required'),
      problem(500, "Cannot read properties of undefined (reading 'trim')"),
    ])
    return {
      tasks: {
        create: `({ http, random }) => http.post('/things', { json: { age: random.integer(18, 90), ...(random.chance(${oldShare})
          ? { name: 'Ada ' + random.integer(1, 1e9) } : { firstName: 'Ada', lastName: 'L' + random.integer(1, 1e9) }) } })`,
      },
      misbehave({ method, path, body, elapsedMs }) {
        if (elapsedMs < atMs) return undefined
        if (method === 'POST') return body['firstName'] === undefined ? refusal : undefined
        return path === '/things' ? { status: 200, body: '{"ok":true}', afterMs: slowMs } : undefined
      },
    }
  },
}
