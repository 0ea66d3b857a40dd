import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

/**
 * Refuses, before a body is read, what no route could answer: an unmet expectation, a missing Host, an unknown
 * address, a method the address doesn't have. Node would answer the first two itself, without a problem document.
 */
export function admitKnownRequests(app: FastifyInstance): void {
  const methods = new RouteMethods()
  app.addHook('onRoute', ({ method, url }) => methods.add(url, [method].flat()))
  // Without a promise: every request comes by here.
  app.addHook('onRequest', (request, _reply, done) => {
    refuseUnmetExpectation(request)
    refuseMissingHost(request)
    done(request.is404 ? methods.refusal(request.url) : undefined)
  })
  app.server.on('checkExpectation', (request, response) => app.routing(request, response))
}

function refuseUnmetExpectation({ headers }: FastifyRequest): void {
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    throw new Problem('expectation-failed')
  }
}

function refuseMissingHost({ headers, raw }: FastifyRequest): void {
  if (raw.httpVersion === '1.1' && headers.host === undefined) {
    throw new Problem('bad-request', { detail: 'An HTTP/1.1 request needs a Host header.' })
  }
}

/** The methods of each route, for the `Allow` of a 405. */
class RouteMethods {
  readonly #methods = new Map<string, Set<string>>()

  add(template: string, methods: readonly string[]): void {
    this.#methods.set(template, new Set([...(this.#methods.get(template) ?? []), ...methods]))
  }

  refusal(url: string): Problem {
    const segments = pathOf(url).split('/')
    for (const [template, methods] of this.#methods) {
      if (matches(template.split('/'), segments)) {
        return new Problem('method-not-allowed', { headers: { allow: [...methods].join(', ') } })
      }
    }
    return new Problem('not-found')
  }
}

function matches(template: readonly string[], segments: readonly string[]): boolean {
  const isSame = (part: string, index: number) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index]
  return template.length === segments.length && template.every(isSame)
}

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}
