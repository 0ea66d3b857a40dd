import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import type { Clock } from '../clock.ts'
import { preferredType } from '../http/accept.ts'
import { Problem } from '../http/problem.ts'
import { streamed } from '../http/streamed-body.ts'
import type { StudentPage, StudentReader } from '../students/student-store.ts'
import { bulkFormats, type BulkFormatName } from './bulk-format.ts'
import type { BulkLimits } from './bulk-limits.ts'
import { operations } from './operations.ts'
import { keepYoungGenerationSmall } from '../young-generation.ts'

// Small, so that what is thrown away of each is gone before the young generation grows.
const pageSize = 100

const formatOf = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' } as const
const mediaTypes = Object.keys(formatOf) as (keyof typeof formatOf)[]

const ExportQuery = Type.Object(
  { format: Type.Optional(Type.Unsafe<BulkFormatName>({ type: 'string', enum: ['csv', 'ndjson'] })) },
  { additionalProperties: false },
)

const Rows = Type.Unsafe<Readable>(Type.String())

interface Options {
  store: StudentReader
  limits: BulkLimits
  clock: Clock
}

/**
 * `GET /students/export`: everybody in the order of ids. A walk from page to page rather than one statement, which would
 * hold the database's old pages, and the event loop; who changes meanwhile is seen before or after.
 */
export const exportRoutes: FastifyPluginCallbackTypebox<Options> = (app, { store, limits, clock }, done) => {
  app.get(
    '/students/export',
    {
      schema: { querystring: ExportQuery, response: { 200: Rows } },
      config: { operation: operations.export },
    },
    async (request, reply) => {
      const format = formatAskedFor(request.query, request)
      // Read before the answer begins, so that a store that fails at once is still answered 503.
      const first = await pageAfter(store, undefined)
      reply.headers({
        'content-type': bulkFormats[format].mediaType,
        'content-disposition': `attachment; filename="students.${format}"`,
        'cache-control': 'no-store',
        vary: 'accept',
      })
      return reply.send(
        streamed(request, reply, lines(store, first, format), { idleMs: limits.idleMs, clock }),
      )
    },
  )
  done()
}

function formatAskedFor({ format }: Static<typeof ExportQuery>, { headers }: FastifyRequest): BulkFormatName {
  if (format) return format
  const preferred = preferredType(headers.accept, mediaTypes)
  if (preferred) return formatOf[preferred]
  throw new Problem('not-acceptable', {
    detail: 'An export is text/csv or application/x-ndjson: accept one of them, or ask for ?format.',
  })
}

function pageAfter(store: StudentReader, after: StudentPage['next']): Promise<StudentPage> {
  return store.page({ order: 'id', limit: pageSize, ...(after && { after }) })
}

/** A chunk for each page; the next one is read when the client has taken this one. */
async function* lines(
  store: StudentReader,
  first: StudentPage,
  name: BulkFormatName,
): AsyncGenerator<Buffer> {
  const format = bulkFormats[name]
  let { students, next } = first
  const release = keepYoungGenerationSmall()
  try {
    yield Buffer.from(format.head + students.map(format.line).join(''))
    while (next) {
      // A client as fast as the store would else leave no turn of the loop to anybody.
      await setImmediate()
      ;({ students, next } = await pageAfter(store, next))
      yield Buffer.from(students.map(format.line).join(''))
    }
  } finally {
    release()
  }
}
