import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

const wellFormed = /^[\x21-\x7e]{1,255}$/

/**
 * The request's `Idempotency-Key`, if it has one. Payloads are the same where their values are, whatever the order of
 * properties and the spaces between.
 * @param values Of the payload, in an order of their own.
 * @throws {Problem}
 */
export function idempotencyKeyOf(request: FastifyRequest, values: readonly unknown[]) {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !wellFormed.test(key)) {
    const detail = 'An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.'
    throw new Problem('bad-request', { detail })
  }
  const route = `${request.method} ${request.routeOptions.url}`
  return {
    principal: request.principal,
    route,
    key,
    payloadHash: hash('sha256', JSON.stringify(values), 'base64'),
  }
}
