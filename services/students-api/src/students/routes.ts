import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { readRoutes } from './read-routes.ts'
import type { StudentStore } from './student-store.ts'
import { writeRoutes } from './write-routes.ts'

export const studentRoutes: FastifyPluginCallbackTypebox<{ store: StudentStore }> = (
  app,
  { store },
  done,
) => {
  app.register(readRoutes, { store })
  app.register(writeRoutes, { store })
  done()
}
