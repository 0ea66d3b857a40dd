import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Problem } from '../http/problem.ts'

const Health = Type.Object({ status: Type.Literal('ok') })
const schema = { response: { 200: Health } }
const live = { access: 'public', operation: { summary: 'Whether the process answers' } } as const
const ready = {
  access: 'public',
  operation: { summary: 'Whether to send it requests', problems: ['not-ready'] },
} as const

interface Options {
  ping: () => Promise<void>
  /** Aborted once the service is to stop: whoever sends it requests should send them elsewhere. */
  stopping: AbortSignal
}

/** `/livez`: the process answers. `/readyz`: it will go on, and what it depends on answers too. */
export const healthRoutes: FastifyPluginCallbackTypebox<Options> = (app, { ping, stopping }, done) => {
  app.get('/livez', { schema, config: live }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', { schema, config: ready }, async () => {
    if (stopping.aborted) throw new Problem('not-ready', { detail: 'The service is about to stop.' })
    await ping().catch((cause: unknown) => {
      throw new Problem('not-ready', { cause })
    })
    return { status: 'ok' as const }
  })

  done()
}
