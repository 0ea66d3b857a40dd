import type { FastifyInstance, InjectOptions, LightMyRequestResponse, RouteOptions } from 'fastify'
import { Type, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { arbitrary, type Schema } from './arbitrary.ts'
import { Random } from '../src/seed/random.ts'

/** What a problem document has to be. */
const ProblemDocument = Type.Object(
  {
    type: Type.String({ pattern: '^/problems/[a-z-]+$' }),
    title: Type.String({ minLength: 1 }),
    status: Type.Integer({ minimum: 400, maximum: 499 }),
    detail: Type.String({ minLength: 1 }),
    instance: Type.Optional(Type.String({ pattern: '^/[^?]*$' })),
    errors: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object({ pointer: Type.String({ pattern: '^#' }), detail: Type.String() }),
          Type.Object({ parameter: Type.String(), detail: Type.String() }),
        ]),
        { minItems: 1, maxItems: 20 },
      ),
    ),
    requestId: Type.String({ minLength: 1 }),
    traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  },
  { additionalProperties: false },
)

interface Route {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  body: Schema | undefined
  querystring: Schema | undefined
  responses: Readonly<Record<string, TSchema>>
}

export interface FuzzResult {
  /** How many answers there were of each route and status. */
  statuses: Map<string, number>
  /** What broke a rule: the request, the answer, the rule. */
  failures: string[]
}

/**
 * Asks requests made from the schemas of the service's own routes, some of them wrong. No answer may be 5xx, and each
 * must be what the route's schema or a problem document says.
 * @param app Not ready yet, so that its routes can be listened to.
 */
export async function fuzz(app: FastifyInstance, count: number, seed: number): Promise<FuzzResult> {
  const routes: Route[] = []
  app.addHook('onRoute', (options) => void routes.push(...routesOf(options)))
  await app.ready()
  const random = new Random(seed)
  let newest = 1
  const result: FuzzResult = { statuses: new Map(), failures: [] }
  for (let n = 0; n < count; n++) {
    const route = random.pick(routes as [Route, ...Route[]])
    const request = arbitraryRequest(route, newest, random)
    const response = await app.inject(request)
    newest = Number(response.headers.location?.split('/').at(-1) ?? newest)
    const key = `${route.method} ${route.url} ${response.statusCode}`
    result.statuses.set(key, (result.statuses.get(key) ?? 0) + 1)
    const fault = faultOf(route, response)
    if (fault !== undefined) {
      result.failures.push(`${fault}: ${JSON.stringify(request)} → ${key} ${response.body.slice(0, 500)}`)
    }
  }
  return result
}

function routesOf({ method, url, schema = {} }: RouteOptions): Route[] {
  const { body, querystring, response } = schema as Record<string, unknown>
  const routes = [method].flat().map((one) => ({
    method: one as Route['method'],
    url,
    body: body as Schema | undefined,
    querystring: querystring as Schema | undefined,
    responses: response as Route['responses'],
  }))
  // Without students there is little to ask for.
  return method === 'POST' ? Array.from({ length: 4 }, () => routes).flat() : routes
}

/** @param newest The id of the student added last; most of the few before are there, too. */
function arbitraryRequest(
  { method, url, body, querystring }: Route,
  newest: number,
  random: Random,
): InjectOptions {
  const id = random.chance(0.9)
    ? String(Math.max(1, newest - random.integer(0, 4)))
    : random.pick(['0', '01', '-1', 'x', '%20', '%zz', '9'.repeat(30)])
  const query = querystring && random.chance(0.7) ? `?${arbitraryQuery(querystring, random)}` : ''
  return {
    method,
    url: `${url.replace(':id', id)}${query}`,
    headers: { ...(body && { 'content-type': arbitraryType(method, random) }), ...arbitraryHeaders(random) },
    ...(body && { payload: arbitraryPayload(body, random) }),
  }
}

function arbitraryQuery({ properties = {} }: Schema, random: Random): string {
  const parameters = Object.entries(properties)
    .filter(() => random.chance(0.25))
    .map(([name, schema]) => {
      const value = arbitrary(schema, random)
      return [name, typeof value === 'string' ? value : JSON.stringify(value)]
    })
  if (random.chance(0.05)) parameters.push(['offset', '1'])
  return new URLSearchParams(parameters).toString()
}

function arbitraryPayload(body: Schema, random: Random): string {
  const text = JSON.stringify(arbitrary(body, random))
  return random.chance(0.05) ? text.slice(0, random.integer(0, text.length)) : text
}

function arbitraryType(method: string, random: Random): string {
  if (random.chance(0.05)) return random.pick(['text/plain', 'json', 'application/merge-patch+json'])
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
}

function arbitraryHeaders(random: Random): Record<string, string> {
  const tag = () => random.pick(['*', '"1"', '"2"', 'W/"1"', '"1", "2", "3"', '"', ''])
  return {
    ...(random.chance(0.9) && { 'if-match': random.chance(0.6) ? '*' : tag() }),
    ...(random.chance(0.2) && { 'if-none-match': tag() }),
    ...(random.chance(0.3) && {
      'idempotency-key': random.pick(['', `key-${random.integer(1, 30)}`]),
    }),
    ...(random.chance(0.2) && { prefer: random.pick(['return=minimal', 'return=representation', ';;']) }),
    ...(random.chance(0.1) && { 'x-request-id': random.pick(['ok', 'not ok', 'x'.repeat(200)]) }),
  }
}

function faultOf(route: Route, response: LightMyRequestResponse): string | undefined {
  const { statusCode: status, headers, body } = response
  if (status >= 500) return 'a failure of the service'
  if (status >= 400) return problemFault(route, response)
  if (!(status in route.responses)) return 'a status the route does not list'
  const hasNoBody = route.method === 'HEAD' || status === 204 || status === 304
  if (hasNoBody || headers['preference-applied'] !== undefined)
    return body === '' ? undefined : 'an unexpected body'
  const { content } = route.responses[status] as { content?: object }
  const mediaTypes = content ? Object.keys(content) : ['application/json; charset=utf-8']
  if (!mediaTypes.includes(String(headers['content-type']))) return 'another media type'
  if (content) return undefined
  return Value.Check(route.responses[status]!, JSON.parse(body))
    ? undefined
    : 'another body than the schema says'
}

function problemFault(
  { method }: Route,
  { statusCode, headers, body }: LightMyRequestResponse,
): string | undefined {
  if (headers['content-type'] !== 'application/problem+json') return 'an error that is no problem document'
  if (method === 'HEAD') return body === '' ? undefined : 'a body after HEAD'
  const document: unknown = JSON.parse(body)
  if (!Value.Check(ProblemDocument, document)) return 'a malformed problem document'
  if (document.status !== statusCode) return 'another status in the document'
  return /SELECT|INSERT|sqlite|\.ts\b|node:/i.test(document.detail) ? 'the inside of the service' : undefined
}
