import type { FastifyInstance } from 'fastify'

// Kubernetes kills after 30 s; a request that takes longer than this is not going to end.
const drainLimitMs = 10_000

/** Without this, a connection busy at the shutdown would stay open for the whole keep-alive time. */
export function closeConnectionsWhenStopping(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close')
    done()
  })
}

/**
 * Takes no more connections and resolves when the requests in flight have been answered, or cut off after 10 s:
 * once its server closes, Node no longer times slow clients out.
 */
export async function drain(app: FastifyInstance): Promise<void> {
  const limit = setTimeout(() => app.server.closeAllConnections(), drainLimitMs)
  try {
    await app.close()
  } finally {
    clearTimeout(limit)
  }
}
