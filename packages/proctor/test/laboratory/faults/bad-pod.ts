import type { Fault } from '../fault.ts'

const ERRORS = [
  [
    'text/html; charset=utf-8',
    '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Server Error (500)</title>\n</head>\n<body>\n  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n',
  ],
  ['application/json', '{"status":500,"error":"Internal Server Error"}'],
  ['application/json', '{"message":"Server Error"}'],
  ['text/plain; charset=utf-8', 'Internal Server Error\n'],
  ['application/json', '{"statusCode":500,"message":"Internal server error"}'],
] as const

/**
 * Connections, not requests, are balanced over the pods of a service, and no answer says which pod gave it. One pod is broken, and so
 * are all requests of the connections that lead to it. The service closes a connection in good order after so many requests, so for
 * a time one user suffers, then another.
 */
export const badPod: Fault = {
  truth: ['bad-instance'],
  place(random) {
    const [pods, uses] = [random.integer(3, 6), random.integer(6, 12)]
    const [type, body] = random.pick(ERRORS)
    const podOf = new Map<number, number>()
    return {
      misbehave({ method, connection, use }) {
        if (!podOf.has(connection)) podOf.set(connection, random.integer(1, pods))
        const last: Readonly<Record<string, string>> = use < uses ? {} : { connection: 'close' }
        return podOf.get(connection) === pods
          ? { status: 500, body, headers: { ...last, 'content-type': type }, afterMs: 1 }
          : {
              status: method === 'POST' ? 201 : 200,
              body: '{"ok":true}',
              headers: { ...last, 'content-type': 'application/json' },
              afterMs: 1,
            }
      },
    }
  },
}
