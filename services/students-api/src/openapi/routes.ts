import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { Problem, problemKinds, type ProblemKind } from '../http/problem.ts'
import { openApiDocument } from './document.ts'
import { contentSecurityPolicy, page } from './page.ts'

const Document = Type.Object({ openapi: Type.Literal('3.1.0') })
const Page = Type.String()
const Address = Type.Object({ kind: Type.String() })
const KnownProblem = Type.Object(
  { type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String() },
  { title: 'ProblemKind' },
)

/** Those registered from now on, as they come. */
export function routesOf(app: FastifyInstance): readonly RouteOptions[] {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  return routes
}

interface Options {
  /** The service's; all of them once it is ready. */
  routes: readonly RouteOptions[]
}

/** What the service says of itself: `/openapi.json`, `/docs`, and what the `type` of a problem leads to. */
export const openApiRoutes: FastifyPluginCallbackTypebox<Options> = (app, { routes }, done) => {
  let json = ''
  let html = ''
  app.addHook('onReady', (ready) => {
    const document = openApiDocument(routes)
    json = JSON.stringify(document)
    html = page(document)
    ready()
  })

  const describe = { schema: { response: { 200: Type.Unsafe<string>(Document) } }, config: documentConfig }
  app.get('/openapi.json', describe, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  )

  const show = { schema: { response: { 200: Page } }, config: pageConfig }
  app.get('/docs', show, async (_request, reply) =>
    reply
      .header('content-security-policy', contentSecurityPolicy)
      .type('text/html; charset=utf-8')
      .serializer(String)
      .send(html),
  )

  const explain = { schema: { params: Address, response: { 200: KnownProblem } }, config: problemConfig }
  app.get('/problems/:kind', explain, async ({ params: { kind } }) => {
    if (!isProblemKind(kind)) throw new Problem('not-found', { detail: 'No problem is of this kind.' })
    return { type: `/problems/${kind}`, ...problemKinds[kind] }
  })

  done()
}

const documentConfig = { access: 'public', operation: { summary: 'This document' } } as const
const pageConfig = {
  access: 'public',
  operation: {
    summary: 'This document to be read',
    answers: ['text/html'],
    sends: { 200: ['Content-Security-Policy'] },
  },
} as const
const problemConfig = { access: 'public', operation: { summary: 'What a kind of problem means' } } as const

function isProblemKind(word: string): word is ProblemKind {
  return Object.hasOwn(problemKinds, word)
}
