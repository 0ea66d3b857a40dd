import { Type } from 'typebox'
import { problemKinds } from '../http/problem.ts'

const Pointer = Type.Object({
  pointer: Type.String({ pattern: '^#' }),
  detail: Type.String(),
})
const Parameter = Type.Object({ parameter: Type.String(), detail: Type.String() })

const types = Object.keys(problemKinds).map((kind) => `/problems/${kind}`)

/** An RFC 9457 problem document. `instance` is absent where the request was never understood. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ enum: types }),
    title: Type.String({ minLength: 1 }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ minLength: 1 }),
    instance: Type.Optional(Type.String({ pattern: '^/[^?]*$' })),
    errors: Type.Optional(Type.Array(Type.Union([Pointer, Parameter]), { minItems: 1, maxItems: 20 })),
    requestId: Type.String({ minLength: 1 }),
    traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  },
  { additionalProperties: false },
)
