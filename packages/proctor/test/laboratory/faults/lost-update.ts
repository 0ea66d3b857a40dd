import { createHash } from 'node:crypto'
import type { Answer, Asked, Fault } from '../fault.ts'

/** How a service says which version of a row was read, what of an answer is sent back, and where it stands in a request. */
const VERSIONS = {
  etag: {
    sendBack: `{ json: change, headers: { 'if-match': read.headers.get('etag') } }`,
    sent: ({ headers }: Asked) => headers['if-match'],
  },
  field: {
    sendBack: `{ json: { ...change, version: read.json().version } }`,
    sent: ({ body }: Asked) => body['version'],
  },
} as const

const CONFLICTS = [
  [
    'etag',
    412,
    '{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.13","title":"Precondition Failed"}',
  ],
  ['etag', 412, ''],
  ['etag', 409, '{"message":"Conflict","statusCode":409}'],
  ['field', 409, '{"status":409,"error":"Conflict"}'],
  ['field', 500, '{"status":500,"error":"Internal Server Error","path":"/things"}'],
] as const

/**
 * Who changes a row sends the version that was read, and is refused where somebody else changed the row meanwhile. The service is
 * right. Rows that many edit suffer most, and none of them is broken; each version is good for one change, so whoever says that it
 * was sent before is right, and so is whoever names no cause.
 */
export const lostUpdate: Fault = {
  truth: ['repeated-input', 'unexplained'],
  place(random) {
    const [hotRows, hotShare, editMs] = [random.integer(2, 6), random.float(0.3, 0.7), random.integer(30, 80)]
    const [kind, status, body] = random.pick(CONFLICTS)
    const { sendBack, sent } = VERSIONS[kind]
    const [salt, first] = [random.integer(1, 1e9), random.integer(1, 30)]
    const changes = new Map<string, number>()

    const versionOf = (path: string): string | number => {
      const number = first + (changes.get(path) ?? 0)
      if (kind === 'field') return number
      return `"${createHash('sha1').update(`${salt} ${path} ${number}`).digest('hex').slice(0, 16)}"`
    }
    const row = (path: string): Answer => {
      const version = versionOf(path)
      const etag: Readonly<Record<string, string>> = kind === 'etag' ? { etag: String(version) } : {}
      return {
        status: 200,
        body: JSON.stringify({ name: 'Thing', ...(kind === 'field' ? { version } : {}) }),
        headers: { 'content-type': 'application/json', ...etag },
        afterMs: 1,
      }
    }
    return {
      tasks: {
        edit: `async ({ http, random, sleep }) => {
          const path = '/things/' + (random.chance(${hotShare}) ? random.integer(1, ${hotRows}) : random.integer(1, 40))
          const read = await http.get(path, { name: '/things/{id}' })
          const change = { note: 'x'.repeat(random.integer(1, 200)), age: random.integer(18, 90) }
          await sleep(random.float(${editMs / 2000}, ${editMs / 1000}))
          await http.put(path, { name: '/things/{id}', ...${sendBack} })
        }`,
      },
      misbehave(asked) {
        const { method, path } = asked
        if (!/^\/things\/\d+$/.test(path)) return undefined
        if (method === 'PUT') {
          if (sent(asked) !== versionOf(path))
            return { status, body, headers: { 'content-type': 'application/json' }, afterMs: 1 }
          changes.set(path, (changes.get(path) ?? 0) + 1)
        }
        return row(path)
      },
    }
  },
}
