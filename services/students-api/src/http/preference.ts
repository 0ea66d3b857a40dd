import type { FastifyReply, FastifyRequest } from 'fastify'

const returnPreference = /(?:^|,)\s*return\s*=\s*"?(?<value>\w+)"?\s*(?=[;,]|$)/i

/** `Prefer: return=minimal` (RFC 7240 §4.2): the client doesn't want the body. Says in the answer that it is heeded. */
export function heedMinimal(request: FastifyRequest, reply: FastifyReply): boolean {
  const { prefer } = request.headers
  // Of several, the first counts.
  const value = returnPreference.exec([prefer].flat().join(','))?.groups?.['value']
  if (value?.toLowerCase() !== 'minimal') return false
  reply.header('preference-applied', 'return=minimal')
  return true
}
