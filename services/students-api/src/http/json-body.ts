import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

/** Only JSON is read. Fastify's own parser would replace bytes that aren't UTF-8 and store the replacement. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson)
}

/** Within this plugin, merge patches (RFC 7396) are read as well. */
export function acceptMergePatches(app: FastifyInstance): void {
  app.addContentTypeParser('application/merge-patch+json', { parseAs: 'buffer' }, parseJson)
}

// Without a promise, as every write comes by here. JSON.parse makes `__proto__` an own property like any other, and every schema refuses unknown properties.
function parseJson(
  _request: FastifyRequest,
  body: Buffer,
  done: (error: Problem | null, value?: unknown) => void,
): void {
  const parsed = parsedJson(body)
  if (parsed instanceof Problem) done(parsed)
  else done(null, parsed)
}

function parsedJson(body: Buffer): unknown {
  if (body.length === 0)
    return new Problem('malformed-json', { detail: 'The body is empty. Send a JSON object.' })
  if (!isUtf8(body)) return new Problem('malformed-json', { detail: 'The body is not valid UTF-8.' })
  try {
    return JSON.parse(body.toString())
  } catch {
    return new Problem('malformed-json')
  }
}

/** An `onRequest` hook for routes with a body: a body without a media type, or a compressed one, is refused unread. */
export function requireJson(
  { headers }: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Problem) => void,
): void {
  const isPlain = (headers['content-encoding'] ?? 'identity') === 'identity'
  done(headers['content-type'] !== undefined && isPlain ? undefined : new Problem('unsupported-media-type'))
}
