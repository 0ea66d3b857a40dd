import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { BulkLimits } from '../bulk/bulk-limits.ts'
import type { Clock } from '../clock.ts'
import { Problem } from '../http/problem.ts'
import { streamed } from '../http/streamed-body.ts'
import { HistoryRecord, Tombstone } from '../students/history-record.ts'
import { readNumbers } from '../students/read-routes.ts'
import { noSuchStudent, StudentAddress, studentId } from '../students/student-address.ts'
import type { StudentArchive } from '../students/student-store.ts'
import { contextOf } from '../students/write-context.ts'
import { HoldingsDocument, holdingsDocument } from './holdings.ts'
import { HistoryQuery, historyRequest, nextQuery } from './history-query.ts'
import { operations } from './operations.ts'

interface Options {
  store: StudentArchive
  limits: Pick<BulkLimits, 'idleMs'>
  clock: Clock
}

// A cache would keep what is to be erased.
const uncached = { 'cache-control': 'no-store' }

/** What became of a student, all that is kept on it, and its erasing. */
export const historyRoutes: FastifyPluginCallbackTypebox<Options> = (app, { store, limits, clock }, done) => {
  app.get(
    '/students/:id/history',
    {
      preValidation: readNumbers,
      schema: {
        params: StudentAddress,
        querystring: HistoryQuery,
        response: { 200: Type.Array(HistoryRecord) },
      },
      config: { operation: operations.history },
    },
    async ({ params, query }, reply) => {
      const id = studentId(params)
      const page = await store.history(id, historyRequest(query, id))
      if (!page) throw noSuchStudent()
      const last = page.records.at(-1)
      if (page.hasMore && last) {
        reply.header('link', `</students/${id}/history?${nextQuery(query, id, last.version)}>; rel="next"`)
      }
      return reply.headers(uncached).send(page.records)
    },
  )

  app.get(
    '/students/:id/export',
    {
      schema: { params: StudentAddress, response: { 200: HoldingsDocument } },
      // It tells who has done what, and with which keys.
      config: { access: 'admin', operation: operations.export },
    },
    async (request, reply) => {
      const id = studentId(request.params)
      const holdings = await store.holdings(id)
      if (!holdings) throw noSuchStudent()
      reply.headers({
        ...uncached,
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': `attachment; filename="student-${id}.json"`,
      })
      return reply.send(
        streamed(request, reply, holdingsDocument(id, holdings, store), { idleMs: limits.idleMs, clock }),
      )
    },
  )

  app.register(erasureRoute, { store })
  done()
}

/** A plugin of its own, since it takes no body, of whatever type. */
const erasureRoute: FastifyPluginCallbackTypebox<Pick<Options, 'store'>> = (app, { store }, done) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    // One that thinks it can ask for less, such as a trial, must not come to this.
    if (body.length > 0) throw new Problem('invalid', { detail: 'An erasure takes no body. Send none.' })
  })
  app.post(
    '/students/:id/erasure',
    {
      schema: { params: StudentAddress, response: { 200: Tombstone } },
      config: { access: 'admin', operation: operations.erase },
    },
    async (request, reply) => {
      const erasure = await store.erase(studentId(request.params), contextOf(request, reply))
      if (erasure.state === 'absent') throw noSuchStudent()
      return reply.headers(uncached).send(erasure.tombstone)
    },
  )
  done()
}
