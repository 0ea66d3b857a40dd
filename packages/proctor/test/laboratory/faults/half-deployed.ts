import type { Fault } from '../fault.ts'

/**
 * A deployment stopped before its last instance: that one still runs the version before, which does not know the new route. All
 * else it answers as well as the others, and each says its version, as it always did.
 */
export const halfDeployed: Fault = {
  truth: ['bad-instance'],
  place(random) {
    const instances = random.integer(2, 4)
    const header = random.pick(['server', 'x-app-version', 'x-release'])
    const minor = random.integer(2, 30)
    const [type, body] = random.pick([
      [
        'application/json',
        '{"message":"Route GET:/things/export not found","error":"Not Found","statusCode":404}',
      ],
      ['text/html', '<pre>Cannot GET /things/export</pre>'],
      ['application/json', '{"detail":"Not Found"}'],
    ] as const)
    return {
      tasks: { export: `({ http }) => http.get('/things/export')` },
      misbehave({ path, method }) {
        const isOld = random.integer(1, instances) === 1
        const release = { [header]: `things/3.${isOld ? minor - 1 : minor}.0` }
        if (isOld && path === '/things/export')
          return { status: 404, body, headers: { ...release, 'content-type': type }, afterMs: 1 }
        return {
          status: method === 'POST' ? 201 : 200,
          body: '{"ok":true}',
          headers: { ...release, 'content-type': 'application/json' },
          afterMs: 1,
        }
      },
    }
  },
}
