import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
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

// JSON.parse makes `__proto__` an own property like any other, and every schema refuses unknown properties.
async function parseJson(_request: FastifyRequest, body: Buffer): Promise<unknown> {
  if (body.length === 0)
    throw new Problem('malformed-json', { detail: 'The body is empty. Send a JSON object.' })
  if (!isUtf8(body)) throw new Problem('malformed-json', { detail: 'The body is not valid UTF-8.' })
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new Problem('malformed-json')
  }
}

/** An `onRequest` hook for routes with a body: a body without a media type, or a compressed one, is refused unread. */
export async function requireJson(request: FastifyRequest): Promise<void> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (request.headers['content-type'] === undefined || encoding !== 'identity') {
    throw new Problem('unsupported-media-type')
  }
}
