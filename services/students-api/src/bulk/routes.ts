import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Clock } from '../clock.ts'
import type { StudentStore } from '../students/student-store.ts'
import type { BulkLimits } from './bulk-limits.ts'
import { exportRoutes } from './export-routes.ts'
import { importRoutes } from './import-routes.ts'

interface Options {
  store: StudentStore
  limits: BulkLimits
  clock: Clock
}

export const bulkRoutes: FastifyPluginCallbackTypebox<Options> = (app, options, done) => {
  app.register(exportRoutes, options)
  app.register(importRoutes, options)
  done()
}
