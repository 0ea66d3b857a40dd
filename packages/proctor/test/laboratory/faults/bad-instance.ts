import type { Fault } from '../fault.ts'

/** One of several instances behind one address fails. */
export const badInstance: Fault = {
  truth: ['bad-instance'],
  place(random) {
    const [instances, header] = [
      random.integer(3, 5),
      random.pick(['x-served-by', 'X-Backend', 'x-instance-id']),
    ]
    const share = random.float(0.7, 1)
    return {
      misbehave() {
        const instance = random.integer(1, instances)
        const headers = { [header]: `app-${instance}`, 'content-type': 'application/json' }
        return instance === 2 && random.chance(share)
          ? { status: 500, body: '{"message":"Error"}', headers }
          : { status: 200, body: '{}', headers }
      },
    }
  },
}
