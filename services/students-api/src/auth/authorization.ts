import { callbackify } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../http/problem.ts'
import type { ApiKey, Scope } from './api-key.ts'
import type { KeyRing } from './key-ring.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask; where absent, a key that may read or, for methods that change something, write. */
    access?: 'public' | 'admin'
  }
  interface FastifyRequest {
    /** Whoever asks: a key's id, or `anonymous` where none is needed. */
    principal: string
    mayRead: boolean
  }
}

/** Lets through, once there are keys, only who may: before a body is read. */
export function authorize(app: FastifyInstance, keys: KeyRing | undefined): void {
  app.decorateRequest('principal', 'anonymous')
  app.decorateRequest('mayRead', true)
  if (!keys) return
  const refresh = callbackify(() => keys.refresh())
  app.addHook('onRequest', (request, _reply, done) => {
    // Without a promise, and without the route's options, which Fastify makes anew each time: every read comes by here.
    if (keys.isFresh) done(refusal(request, keys))
    else if (isPublic(request)) done()
    else refresh((error) => done(error ?? refusal(request, keys)))
  })
}

/** Whether it is certain, without a look at the store, that a request with this `Authorization` may read. */
export function mayReadAtOnce(keys: KeyRing | undefined): (authorization: string | undefined) => boolean {
  return (authorization) => {
    if (!keys) return true
    if (!keys.isFresh) return false
    if (keys.isEmpty) return true
    const key = keyOf(authorization, keys)
    return key !== undefined && may(key, 'read')
  }
}

function refusal(request: FastifyRequest, keys: KeyRing): Problem | undefined {
  if (keys.isEmpty || isPublic(request)) return undefined
  const key = keyOf(request.headers.authorization, keys)
  if (!key) return unauthorized(request.headers.authorization !== undefined)
  request.principal = key.id
  request.mayRead = may(key, 'read')
  const scope = scopeOf(request)
  return may(key, scope) ? undefined : forbidden(scope)
}

function keyOf(authorization: string | undefined, keys: KeyRing): ApiKey | undefined {
  const token = /^Bearer +([\w.-]{1,200})$/i.exec(authorization ?? '')?.[1]
  return token === undefined ? undefined : keys.find(token)
}

function isPublic({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.access === 'public'
}

function scopeOf({ method, routeOptions }: FastifyRequest): Scope {
  if (routeOptions.config.access === 'admin') return 'admin'
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
