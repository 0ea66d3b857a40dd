import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Problem } from '../http/problem.ts'

const Health = Type.Object({ status: Type.Literal('ok') })
const schema = { response: { 200: Health } }

/** `/livez`: the process answers. `/readyz`: what it depends on answers too. */
export const healthRoutes: FastifyPluginCallbackTypebox<{ ping: () => Promise<void> }> = (
  app,
  { ping },
  done,
) => {
  app.get('/livez', { schema }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', { schema }, async () => {
    await ping().catch((cause: unknown) => {
      throw new Problem('not-ready', { cause })
    })
    return { status: 'ok' as const }
  })

  done()
}
