import type { RouteOptions } from 'fastify'
import packageJson from '../../package.json' with { type: 'json' }
import { problemKinds, type ProblemKind } from '../http/problem.ts'
import { requestHeaders, type RequestHeader } from './headers.ts'
import type { Operation } from './operation.ts'
import { problemSchema } from './problem-schema.ts'
import { answerOf, problemAnswers, type Answer } from './answers.ts'
import { SchemaShelf, type JsonSchema } from './schema-shelf.ts'

export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  components: { schemas: Readonly<Record<string, JsonSchema>>; securitySchemes: typeof securitySchemes }
}

export interface OperationObject {
  summary: string
  security: readonly Readonly<Record<string, readonly string[]>>[]
  parameters?: readonly Parameter[]
  requestBody?: { required: true; content: Readonly<Record<string, { schema: JsonSchema }>> }
  responses: Readonly<Record<string, Answer>>
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: JsonSchema
}

/** What a route validates and answers with; Fastify knows it as `unknown`. */
interface RouteSchema {
  params?: JsonSchema
  querystring?: JsonSchema
  body?: JsonSchema
  response?: Readonly<Record<string, JsonSchema>>
}

/** What any request may come to. */
export const everyRoutes: readonly ProblemKind[] = [
  'bad-request',
  'request-timeout',
  'expectation-failed',
  'headers-too-large',
  'internal',
]

const securitySchemes = { apiKey: { type: 'http', scheme: 'bearer' } } as const
// A service without keys asks for none.
const perhapsAKey = [{}, { apiKey: [] }]

const description =
  'What is not understood is refused: nothing is coerced, trimmed or dropped. ' +
  'Every error is an RFC 9457 problem document; its type is an address of this service.'

/** The service as OpenAPI 3.1, from the schemas that its routes validate with. */
export function openApiDocument(routes: readonly RouteOptions[]): OpenApiDocument {
  const shelf = new SchemaShelf()
  shelf.put('Problem', problemSchema)
  const paths: Record<string, Record<string, OperationObject>> = {}
  for (const route of routes) {
    const path = (paths[route.url.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    for (const method of [route.method].flat()) path[method.toLowerCase()] = operationOf(route, method, shelf)
  }
  const info = { title: 'Student Management API', version: packageJson.version, description }
  return { openapi: '3.1.0', info, paths, components: { schemas: shelf.schemas, securitySchemes } }
}

function operationOf(route: RouteOptions, method: string, shelf: SchemaShelf): OperationObject {
  const operation: Operation = route.config?.operation ?? { summary: `${method} ${route.url}` }
  const schema = (route.schema ?? {}) as RouteSchema
  const isPublic = route.config?.access === 'public'
  const parameters = parametersOf(schema, operation)
  const body = schema.body ?? operation.streams
  return {
    summary: operation.summary,
    security: isPublic ? [] : perhapsAKey,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBody(body, operation, shelf) }),
    responses: {
      ...successes(schema, operation, method, shelf),
      ...problemAnswers(problemsOf(schema, operation, method, isPublic), method !== 'HEAD', operation.sends),
    },
  }
}

function parametersOf({ params, querystring }: RouteSchema, operation: Operation): Parameter[] {
  return [
    ...propertiesOf(params).map(([name, schema]) => ({ name, in: 'path' as const, required: true, schema })),
    ...propertiesOf(querystring).map(([name, schema]) => ({ name, in: 'query' as const, schema })),
    ...(operation.heeds ?? []).map((name) => headerParameter(name, operation)),
  ]
}

function propertiesOf(schema: JsonSchema | undefined): [string, JsonSchema][] {
  return Object.entries(schema?.properties ?? {})
}

function headerParameter(name: RequestHeader, { problems = [] }: Operation): Parameter {
  const required = name === 'If-Match' && problems.includes('precondition-required')
  const text = requestHeaders[name]
  return { name, in: 'header', ...(required && { required }), description: text, schema: { type: 'string' } }
}

function requestBody(body: JsonSchema, { accepts }: Operation, shelf: SchemaShelf) {
  return { required: true as const, content: contentOf(body, accepts, shelf) }
}

function contentOf(body: JsonSchema, types: readonly string[] | undefined, shelf: SchemaShelf) {
  const schema = shelf.reference(body)
  return Object.fromEntries((types ?? ['application/json']).map((type) => [type, { schema }]))
}

function successes({ response = {} }: RouteSchema, operation: Operation, method: string, shelf: SchemaShelf) {
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => {
      const hasBody = method !== 'HEAD' && status !== '204' && status !== '304'
      const content = hasBody ? contentOf(schema, operation.answers, shelf) : undefined
      return [status, answerOf(Number(status), operation.sends?.[Number(status)], content)]
    }),
  )
}

function problemsOf(
  schema: RouteSchema,
  { problems = [], streams }: Operation,
  method: string,
  isPublic: boolean,
): ProblemKind[] {
  const kinds = new Set([...everyRoutes, ...problems])
  if (!isPublic) kinds.add('unauthorized').add('forbidden')
  if (schema.params) kinds.add('not-found')
  if (schema.body ?? schema.querystring) kinds.add('invalid')
  if (method !== 'GET' && method !== 'HEAD') {
    kinds.add('body-too-large').add('unsupported-media-type')
    if (!streams) kinds.add('malformed-json')
  }
  return [...kinds].toSorted((a, b) => problemKinds[a].status - problemKinds[b].status)
}
