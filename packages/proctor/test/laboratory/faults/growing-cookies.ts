import type { Fault } from '../fault.ts'

const REFUSALS = [
  [
    400,
    { server: 'awselb/2.0', 'content-type': 'text/html' },
    '<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n</body>\r\n</html>\r\n',
  ],
  [
    400,
    { 'cache-control': 'no-cache', 'content-type': 'text/html' },
    '<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n',
  ],
  [
    400,
    { 'content-type': 'text/html;charset=utf-8', 'content-language': 'en' },
    '<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad Request</title></head><body><h1>HTTP Status 400 – Bad Request</h1></body></html>',
  ],
  [431, { server: 'envoy' }, ''],
] as const

/**
 * Each thing that a user looks at leaves a cookie with what to show of it later. The proxy takes so many bytes of headers and no
 * more: sooner or later, each at a moment of its own, users are refused whatever they ask for, and stay so.
 */
export const growingCookies: Fault = {
  truth: ['payload-limit'],
  place(random) {
    const limit = random.pick([4_096, 8_192])
    const mostBytes = Math.floor(limit / random.integer(8, 12))
    const prefix = random.pick(['viewed', '_recent', 'draft', 'flash'])
    const [status, headers, body] = random.pick(REFUSALS)
    const refusal = { status, body, headers: { ...headers, connection: 'close' } }
    return {
      misbehave({ path, headers: { cookie = '' } }) {
        if (cookie.length > limit) return refusal
        const thing = path.match(/^\/things\/(\d+)$/)?.[1]
        if (thing === undefined) return undefined
        const value = Buffer.alloc(
          random.integer(mostBytes >> 1, mostBytes),
          `{"thing":${thing},"at":${random.integer(1e9, 2e9)}}`,
        )
        return {
          status: 200,
          body: '{"ok":true}',
          headers: {
            'content-type': 'application/json',
            'set-cookie': `${prefix}_${thing}=${value.toString('base64url')}; Path=/; HttpOnly; SameSite=Lax`,
          },
          afterMs: 1,
        }
      },
    }
  },
}
