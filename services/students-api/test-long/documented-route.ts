import type { OpenApiDocument, OperationObject } from '../src/openapi/document.ts'
import type { JsonSchema } from '../src/openapi/schema-shelf.ts'

/** One operation of an OpenAPI document, with its references resolved. */
export interface DocumentedRoute {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body: { types: readonly string[]; schema: JsonSchema } | undefined
  query: readonly { name: string; schema: JsonSchema }[]
  /** By status. */
  answers: Readonly<Record<string, DocumentedAnswer>>
}

interface DocumentedAnswer {
  /** In lower case, as are the required ones. */
  headers: ReadonlySet<string>
  requiredHeaders: readonly string[]
  content: { types: readonly string[]; schema: JsonSchema } | undefined
}

export function documentedRoutes({ paths, components }: OpenApiDocument): DocumentedRoute[] {
  const resolved = (schema: JsonSchema) => withoutReferences(schema, components.schemas)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as DocumentedRoute['method'],
      path,
      body: bodyOf(operation, resolved),
      query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query'),
      answers: answersOf(operation, resolved),
    })),
  )
}

type Resolve = (schema: JsonSchema) => JsonSchema

function bodyOf({ requestBody }: OperationObject, resolved: Resolve): DocumentedRoute['body'] {
  const [first] = Object.values(requestBody?.content ?? {})
  return first && { types: Object.keys(requestBody?.content ?? {}), schema: resolved(first.schema) }
}

function answersOf({ responses }: OperationObject, resolved: Resolve): DocumentedRoute['answers'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { headers, content = {} }]) => {
      const names = Object.entries(headers).map(([name, { required }]) => ({
        name: name.toLowerCase(),
        required,
      }))
      const [first] = Object.values(content)
      return [
        status,
        {
          headers: new Set(names.map(({ name }) => name)),
          requiredHeaders: names.filter(({ required }) => required).map(({ name }) => name),
          content: first && { types: Object.keys(content), schema: resolved(first.schema) },
        },
      ]
    }),
  )
}

/** @throws {Error} where one leads nowhere. */
function withoutReferences(
  schema: JsonSchema,
  schemas: OpenApiDocument['components']['schemas'],
): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    if (!(typeof value === 'object' && value && '$ref' in value)) return value
    const target = schemas[String(value.$ref).replace('#/components/schemas/', '')]
    if (!target) throw new Error(`${String(value.$ref)} leads nowhere`)
    return target
  })
}
