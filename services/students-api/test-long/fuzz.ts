import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { Value } from 'typebox/value'
import type { JsonSchema } from '../src/openapi/schema-shelf.ts'
import { Random } from '../src/seed/random.ts'
import { NewStudent } from '../src/students/student.ts'
import { arbitrary } from './arbitrary.ts'
import { KeyMemory } from './key-memory.ts'
import { documentedRoutes, type DocumentedRoute } from './documented-route.ts'

export interface FuzzResult {
  /** How many answers there were of each route and status. */
  statuses: Map<string, number>
  /** What broke a rule: the request, the answer, the rule. */
  failures: string[]
}

/**
 * Asks requests made from the service's own OpenAPI document, some of them wrong. No answer may be 5xx, and each must be
 * what the document says: its status, media type, body, headers, and kind of problem. A key that comes again gets its first
 * answer, or 422 with another payload.
 */
export async function fuzz(app: FastifyInstance, count: number, seed: number): Promise<FuzzResult> {
  const document = await app.inject('/openapi.json')
  const routes = documentedRoutes(document.json()).flatMap((route) =>
    Array.from({ length: weightOf(route) }, () => route),
  )
  const random = new Random(seed)
  const keys = new KeyMemory()
  let newest = 1
  const result: FuzzResult = { statuses: new Map(), failures: [] }
  for (let n = 0; n < count; n++) {
    const route = random.pick(routes as [DocumentedRoute, ...DocumentedRoute[]])
    const repeat = isAddition(route) && random.chance(0.2) ? keys.repeat(random) : undefined
    const request = repeat ?? arbitraryRequest(route, newest, random)
    const response = await app.inject(request)
    newest = Number(response.headers.location?.split('/').at(-1) ?? newest)
    const key = `${route.method} ${route.path} ${response.statusCode}`
    result.statuses.set(key, (result.statuses.get(key) ?? 0) + 1)
    const fault = faultOf(route, response) ?? keys.faultOf(request, response)
    if (fault !== undefined) {
      result.failures.push(`${fault}: ${JSON.stringify(request)} → ${key} ${response.body.slice(0, 500)}`)
    }
  }
  return result
}

// Without students there is little to ask for, and of what never changes little to learn.
function weightOf(route: DocumentedRoute): number {
  if (isAddition(route)) return 12
  // Of those erased there is nothing more to ask.
  if (route.path.endsWith('/erasure')) return 1
  return route.path.startsWith('/students') ? 3 : 1
}

function isAddition({ method, path }: DocumentedRoute): boolean {
  return method === 'POST' && path === '/students'
}

/** @param newest The id of the student added last; most of the few before are there, too. */
function arbitraryRequest(route: DocumentedRoute, newest: number, random: Random): InjectOptions {
  const { method, path, body, query } = route
  const id = random.chance(0.9)
    ? String(Math.max(1, newest - random.integer(0, 4)))
    : random.pick(['0', '01', '-1', 'x', '%20', '%zz', '9'.repeat(30)])
  const kind = random.pick(['gone', 'invalid', 'toString', 'x', '%zz'])
  const search = query.length > 0 && random.chance(0.7) ? `?${arbitraryQuery(query, random)}` : ''
  return {
    method,
    url: `${path.replace('{id}', id).replace('{kind}', kind)}${search}`,
    headers: {
      ...(body && { 'content-type': arbitraryType(body.types, random) }),
      ...arbitraryHeaders(random),
    },
    ...(body && { payload: arbitraryPayload(body.schema, random) }),
  }
}

function arbitraryQuery(query: DocumentedRoute['query'], random: Random): string {
  const parameters = query
    .filter(() => random.chance(0.25))
    .map(({ name, schema }) => {
      const value = arbitrary(schema, random)
      return [name, typeof value === 'string' ? value : JSON.stringify(value)]
    })
  if (random.chance(0.05)) parameters.push(['offset', '1'])
  return new URLSearchParams(parameters).toString()
}

function arbitraryPayload(body: JsonSchema, random: Random): string {
  // What is streamed are rows.
  const values =
    body.type === 'string' ? Array.from({ length: random.integer(0, 5) }, () => NewStudent) : [body]
  const text = values.map((schema) => JSON.stringify(arbitrary(schema, random))).join('\n')
  return random.chance(0.05) ? text.slice(0, random.integer(0, text.length)) : text
}

function arbitraryType(types: readonly string[], random: Random): string {
  if (random.chance(0.05)) return random.pick(['text/plain', 'json', 'application/merge-patch+json'])
  return random.pick(types as [string, ...string[]])
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

function faultOf(route: DocumentedRoute, response: LightMyRequestResponse): string | undefined {
  const { statusCode: status, headers, body } = response
  const answer = route.answers[status]
  if (status >= 500) return 'a failure of the service'
  if (!answer) return 'a status the document does not have'
  const missing = answer.requiredHeaders.find((name) => headers[name] === undefined)
  if (missing !== undefined) return `no ${missing}`
  const unknown = Object.keys(headers).find((name) => !answer.headers.has(name) && !ofEveryAnswer.has(name))
  if (unknown !== undefined) return `an undocumented ${unknown}`
  if (answer.content === undefined || headers['preference-applied'] !== undefined)
    return body === '' ? undefined : 'an unexpected body'
  return contentFault(answer.content, response)
}

const ofEveryAnswer = new Set(['content-type', 'content-length', 'transfer-encoding', 'date', 'connection'])

function contentFault(
  { types, schema }: NonNullable<DocumentedRoute['answers'][number]['content']>,
  { headers, body }: LightMyRequestResponse,
): string | undefined {
  const type = String(headers['content-type']).split(';')[0]!
  if (!types.includes(type)) return 'another media type'
  const value: unknown = /[+/]json$/.test(type) ? JSON.parse(body) : body
  if (!Value.Check(schema, value)) return 'another body than the document says'
  return type.includes('problem') && inside.test(body) ? 'the inside of the service' : undefined
}

const inside = /SELECT |INSERT INTO|sqlite|postgres|pg_|\.ts\b|node:/i
