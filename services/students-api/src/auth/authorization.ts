import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../http/problem.ts'
import type { ApiKey, Scope } from './api-key.ts'
import type { KeyRing } from './key-ring.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask; where absent, a key that may read or, for methods that change something, write. */
    access?: 'public'
  }
  interface FastifyRequest {
    /** Whoever asks: a key's id, or `anonymous` where none is needed. */
    principal: string
  }
}

/** Lets through, once there are keys, only who may: before a body is read. */
export function authorize(app: FastifyInstance, keys: KeyRing | undefined): void {
  app.decorateRequest('principal', 'anonymous')
  if (!keys) return
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.access === 'public') return
    if (!keys.isFresh) await keys.refresh()
    if (!keys.isEmpty) admit(request, keys)
  })
}

/** @throws {Problem} */
function admit(request: FastifyRequest, keys: KeyRing): void {
  const token = /^Bearer +([\w.-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1]
  const key = token === undefined ? undefined : keys.find(token)
  if (!key) throw unauthorized(request.headers.authorization !== undefined)
  request.principal = key.id
  const scope = scopeOf(request.method)
  if (!may(key, scope)) throw forbidden(scope)
}

function scopeOf(method: string): Scope {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write'
}

function may({ scopes }: ApiKey, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin')
}

// RFC 6750 §3: an error is named only where credentials were sent.
function unauthorized(hasCredentials: boolean): Problem {
  const error = hasCredentials ? ', error="invalid_token"' : ''
  return new Problem('unauthorized', {
    headers: { 'www-authenticate': `Bearer realm="students-api"${error}` },
  })
}

function forbidden(scope: Scope): Problem {
  const challenge = `Bearer realm="students-api", error="insufficient_scope", scope="${scope}"`
  const detail = `This needs a key with the scope ${scope}.`
  return new Problem('forbidden', { detail, headers: { 'www-authenticate': challenge } })
}
