import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../clock.ts'
import { problemFrom } from '../http/errors.ts'
import { fieldErrors } from '../http/field-errors.ts'
import { Problem } from '../http/problem.ts'
import { StoreUnavailable, type MergeOptions, type StudentWriter } from '../students/student-store.ts'
import { NewStudent } from '../students/student.ts'
import type { BulkLimits } from './bulk-limits.ts'
import { CsvRows } from './csv-rows.ts'
import { importBody, tooLarge } from './import-body.ts'
import { ImportSummary, inWords } from './import-summary.ts'
import { NdjsonRows } from './ndjson-rows.ts'
import { operations } from './operations.ts'
import { StudentImport, type Merge, type Validate } from './student-import.ts'
import { keepYoungGenerationSmall } from '../young-generation.ts'

const mediaType =
  /^(?<name>text\/csv|application\/x-ndjson)\s*(?:;\s*(?:charset="?utf-8"?|header=present)\s*)*$/i

const ImportQuery = Type.Object(
  {
    dryRun: Type.Optional(Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'] })),
    mode: Type.Optional(Type.Unsafe<MergeOptions['mode']>({ type: 'string', enum: ['insert', 'upsert'] })),
  },
  { additionalProperties: false },
)

interface Options {
  store: StudentWriter
  limits: BulkLimits
  clock: Clock
}

/** `POST /students/import`: each row by itself, as it arrives. */
export const importRoutes: FastifyPluginCallbackTypebox<Options> = (app, { store, limits, clock }, done) => {
  app.removeAllContentTypeParsers()
  // Nothing is read ahead of the route.
  app.addContentTypeParser('*', async () => undefined)
  let underWay = 0
  const schema = { querystring: ImportQuery, response: { 200: ImportSummary } }
  app.post(
    '/students/import',
    {
      onRequest: async (request) => requireRows(request, limits),
      config: { hasOwnPace: true, operation: operations.import },
      schema,
    },
    async (request, reply) => {
      const { dryRun = 'false', mode = 'insert' } = request.query
      const options = { mode, dryRun: dryRun === 'true' }
      const { principal, id: requestId } = request
      const merge: Merge = (students, effort) =>
        store.merge(students, options, { principal, requestId, effort })
      const intake = new StudentImport(merge, validateOf(request), options, limits.rows)
      if (underWay >= limits.imports) throw tooMany(limits)
      reply.effort = intake.effort
      underWay++
      const release = keepYoungGenerationSmall()
      try {
        await readRows(request, intake, limits, clock)
      } finally {
        underWay--
        release()
      }
      return reply.send(intake.summary)
    },
  )
  done()
}

/** An import may take seconds, so that asking again at once would be in vain. */
function tooMany({ imports }: BulkLimits): Problem {
  const detail = `${imports} imports are under way, and nothing of this one is done. Send it again after Retry-After.`
  return new Problem('overloaded', { detail, headers: { 'retry-after': '5' } })
}

async function readRows(request: FastifyRequest, intake: StudentImport, limits: BulkLimits, clock: Clock) {
  const reader = nameOf(request) === 'text/csv' ? new CsvRows() : new NdjsonRows()
  try {
    for await (const bytes of importBody(request, limits, clock)) await intake.take(reader.push(bytes))
    await intake.take(reader.end())
  } catch (error) {
    throw halted(error, intake.summary)
  }
}

/** Tells, of an import that has stopped, what is done of it. */
function halted(error: unknown, summary: ImportSummary): unknown {
  if (!(error instanceof Problem || error instanceof StoreUnavailable) || summary.rows === 0) return error
  const { kind, message, headers } = problemFrom(error)
  const why = kind === 'overloaded' ? 'The service cannot take on more now.' : message
  return new Problem(kind, { detail: `${why} ${inWords(summary)}`, headers, cause: error })
}

function validateOf(request: FastifyRequest): Validate {
  const validate = request.compileValidationSchema(NewStudent, 'body')
  return (value) => (validate(value) ? [] : fieldErrors(validate.errors ?? [], 'body').errors)
}

/** Refuses what isn't rows, or is known to be too many, before any is read. */
function requireRows(request: FastifyRequest, limits: BulkLimits): void {
  const { headers } = request
  if (nameOf(request) === undefined || (headers['content-encoding'] ?? 'identity') !== 'identity') {
    const detail = 'Send text/csv or application/x-ndjson in UTF-8, without Content-Encoding.'
    throw new Problem('unsupported-media-type', { detail })
  }
  if (Number(headers['content-length'] ?? 0) > limits.bytes) throw tooLarge(limits)
}

function nameOf({ headers }: FastifyRequest): string | undefined {
  return mediaType.exec(headers['content-type'] ?? '')?.groups?.['name']?.toLowerCase()
}
